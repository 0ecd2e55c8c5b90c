# For the scripts beside this one: segments of the write-ahead log. A segment's name is its timeline in eight digits and its
# place in the log in sixteen; a position, as PostgreSQL writes it, is like 0/504C0D8.

# Of a position: its place in the log, as a number.
place_of_position() { echo "$((0x${1%/*} * 4294967296 + 0x${1#*/} / 16777216))"; }

# Of a segment, by its name and whatever follows it; -1 of a file that is none.
place_of_segment() {
    digits=$(echo "$1" | grep -o '^[0-9A-F]\{24\}' | cut -c 9-24)
    [ -n "$digits" ] && echo "$((0x$digits))" || echo -1
}

# The name of the segment in which a backup begins: its manifest has "Timeline": 1, "Start-LSN": "0/504C0D8".
first_segment() {
    begins=$(grep -o '"Timeline": [0-9]*, "Start-LSN": "[0-9A-F/]*"' "$1/base/backup_manifest" | head -n 1)
    timeline=$(echo "$begins" | sed 's/.*"Timeline": \([0-9]*\),.*/\1/')
    place=$(place_of_position "$(echo "$begins" | sed 's/.*"\([0-9A-F/]*\)"$/\1/')")
    printf '%08X%016X' "$timeline" "$place"
}
