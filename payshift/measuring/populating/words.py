"""What the populated marketplace is called and talks about."""

FIRST_NAMES = (
    *("Abimbola", "Ada", "Adaeze", "Ahmed", "Aisha", "Amaka", "Ayodele", "Babatunde", "Bisi", "Blessing", "Bola"),
    *("Chidi", "Chinedu", "Chioma", "Danjuma", "Ebele", "Efe", "Ejiro", "Emeka", "Fatima", "Femi", "Funke", "Gbenga"),
    *("Grace", "Hadiza", "Halima", "Ibrahim", "Ifeoma", "Ijeoma", "Kehinde", "Kemi", "Kunle", "Lekan", "Musa"),
    *("Ngozi", "Nkechi", "Obinna", "Olumide", "Osagie", "Patience", "Rotimi", "Sade", "Sani", "Segun", "Taiwo"),
    *("Temitope", "Tobi", "Tunde", "Uche", "Umar", "Wale", "Yemi", "Yusuf", "Zainab"),
)
LAST_NAMES = (
    *("Abdullahi", "Abiola", "Adebayo", "Adeleke", "Adeyemi", "Afolabi", "Akande", "Akpan", "Aliyu", "Amadi", "Ayade"),
    *("Bakare", "Balogun", "Bello", "Danladi", "Dike", "Edet", "Effiong", "Eze", "Fashola", "Garba", "Gowon"),
    *("Ibe", "Idris", "Igwe", "Iwu", "Jimoh", "Kalu", "Lawal", "Mbah", "Mohammed", "Njoku", "Nnamdi", "Nwosu"),
    *("Obi", "Odili", "Ogunleye", "Ojo", "Okafor", "Okeke", "Okonkwo", "Okoro", "Oladipo", "Onyeama", "Osei"),
    *("Oyelaran", "Salami", "Shehu", "Sowande", "Udo", "Ugwu", "Usman", "Williams", "Yakubu"),
)
OCCASIONS = (
    *("a wedding reception", "a product launch", "an owambe", "stock-taking", "a conference", "a church harvest"),
    *("the rush before Sallah", "the Christmas season", "a trade fair", "a house move", "a film set", "a campus fair"),
    *("a new branch", "a weekend sale", "a container offload", "a hotel's peak week", "a naming ceremony"),
    *("the night service", "an office party", "a football viewing", "a fashion show", "a harvest", "an inventory"),
    *("a factory shutdown", "a road show", "a school opening", "a concert", "a funeral", "a film premiere", "a clinic"),
)
SENTENCES = (
    "Come fifteen minutes early and ask for the supervisor at the gate.",
    "Black trousers and a white shirt; aprons are given.",
    "Food and transport home are provided.",
    "Experience is welcome, training happens on the first morning.",
    "Bring your own gloves and safety boots.",
    "Clear English is needed, Yoruba or Pidgin helps.",
    "The work is light and must be exact.",
    "Two breaks of twenty minutes, water is there.",
    "We have worked with many of you before and hire again.",
    "Phones stay in the locker during the shift.",
    "Please bring a means of identification.",
    "The place is a short walk from the bus stop.",
)
NOTES = ("", "", "I live close by.", "Available for all the days.", "I did this kind of work last month.")
BIOS = (
    "",
    "Quick, exact and friendly.",
    "Six years in the trade.",
    "Available on short notice.",
    "Own tools and uniform.",
)
COMMENTS = ("", "On time and friendly.", "Would do it again.", "Well organised.", "Fine, after a slow start.")
RESPONSES = ("Thank you, it was a pleasure.", "Noted, I will do better next time.")
BANKS = (
    ("058", "Guaranty Trust Bank"),
    ("044", "Access Bank"),
    ("011", "First Bank of Nigeria"),
    ("057", "Zenith Bank"),
)
LOWERED_REASON = "Left the floor for half an hour during service."
DISPUTE = "The gate book shows that I worked the whole shift."
