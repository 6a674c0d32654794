package schedule

// kind is what a word of a phrase does.
type kind int

const (
	wordNoise    kind = iota // says nothing: the, on
	wordEvery                // every
	wordDay                  // day
	wordWorkday              // weekday, working day
	wordWeekend              // Saturday and Sunday
	wordWeekday              // n: 0 Sunday to 6 Saturday
	wordAnd                  // and
	wordComma                // a comma: and, or nothing
	wordTo                   // from Monday to Friday
	wordAt                   // before a time of day
	wordDaily                // every day, in one word
	wordMinute               // minute
	wordHour                 // hour
	wordClock                // o'clock
	wordInterval             // every n minutes, in one word
	wordMonth                // of the month
	wordOrdinal              // n: the nth
	wordNumber               // n
	wordTime                 // n: minutes after midnight
	wordAM
	wordPM
)

// word is one word of a phrase, or several that belong together.
type word struct {
	kind kind
	n    int
}

// language holds the words of everyday phrases in one language. They are in lower case and without accents; the longest
// that fits is read first.
type language struct {
	code     string
	examples [2]string
	ordinals []string // what makes a number an ordinal: 1st
	words    map[string]word
}

// phraseLanguages are the languages that phrases are read in. A phrase keeps to one of them.
var phraseLanguages = []language{
	{
		code:     "en",
		examples: [2]string{"every weekday at 08:30", "every monday and thursday at 17:00"},
		ordinals: []string{"st", "nd", "rd", "th"},
		words: map[string]word{
			"the": {}, "on": {}, "from": {}, "in the": {},
			"every": {kind: wordEvery}, "each": {kind: wordEvery}, "and": {kind: wordAnd}, "&": {kind: wordAnd}, ",": {kind: wordComma},
			"to": {kind: wordTo}, "through": {kind: wordTo}, "until": {kind: wordTo}, "-": {kind: wordTo}, "at": {kind: wordAt}, "@": {kind: wordAt},
			"day": {kind: wordDay}, "days": {kind: wordDay}, "daily": {kind: wordDaily},
			"weekday": {kind: wordWorkday}, "weekdays": {kind: wordWorkday}, "workday": {kind: wordWorkday}, "workdays": {kind: wordWorkday},
			"working day": {kind: wordWorkday}, "working days": {kind: wordWorkday}, "weekend": {kind: wordWeekend}, "weekends": {kind: wordWeekend},
			"minute": {kind: wordMinute}, "minutes": {kind: wordMinute}, "hour": {kind: wordHour}, "hours": {kind: wordHour},
			"hourly": {kind: wordInterval, n: 60}, "half hour": {kind: wordInterval, n: 30}, "half an hour": {kind: wordInterval, n: 30}, "quarter of an hour": {kind: wordInterval, n: 15},
			"o'clock": {kind: wordClock}, "am": {kind: wordAM}, "a.m": {kind: wordAM}, "pm": {kind: wordPM}, "p.m": {kind: wordPM},
			"noon": {kind: wordTime, n: 720}, "midnight": {kind: wordTime},
			"of the month": {kind: wordMonth}, "of every month": {kind: wordMonth}, "of each month": {kind: wordMonth}, "every month": {kind: wordMonth}, "monthly": {kind: wordMonth},
			"first":  {kind: wordOrdinal, n: 1},
			"monday": {kind: wordWeekday, n: 1}, "tuesday": {kind: wordWeekday, n: 2}, "wednesday": {kind: wordWeekday, n: 3}, "thursday": {kind: wordWeekday, n: 4},
			"friday": {kind: wordWeekday, n: 5}, "saturday": {kind: wordWeekday, n: 6}, "sunday": {kind: wordWeekday},
			"mondays": {kind: wordWeekday, n: 1}, "tuesdays": {kind: wordWeekday, n: 2}, "wednesdays": {kind: wordWeekday, n: 3}, "thursdays": {kind: wordWeekday, n: 4},
			"fridays": {kind: wordWeekday, n: 5}, "saturdays": {kind: wordWeekday, n: 6}, "sundays": {kind: wordWeekday},
		},
	},
	{
		code:     "nl",
		examples: [2]string{"elke werkdag om 08:30", "elke maandag en donderdag om 17:00"},
		ordinals: []string{"ste", "de", "e"},
		words: map[string]word{
			"de": {}, "op": {}, "van": {}, "in het": {},
			"elke": {kind: wordEvery}, "elk": {kind: wordEvery}, "iedere": {kind: wordEvery}, "ieder": {kind: wordEvery}, "om de": {kind: wordEvery}, "om het": {kind: wordEvery},
			"en": {kind: wordAnd}, "&": {kind: wordAnd}, ",": {kind: wordComma}, "tot": {kind: wordTo}, "tot en met": {kind: wordTo}, "t/m": {kind: wordTo}, "-": {kind: wordTo},
			"om": {kind: wordAt}, "dag": {kind: wordDay}, "dagen": {kind: wordDay}, "dagelijks": {kind: wordDaily},
			"werkdag": {kind: wordWorkday}, "werkdagen": {kind: wordWorkday}, "doordeweekse dag": {kind: wordWorkday}, "doordeweeks": {kind: wordWorkday},
			"weekend": {kind: wordWeekend}, "weekeinde": {kind: wordWeekend},
			"minuut": {kind: wordMinute}, "minuten": {kind: wordMinute}, "uur": {kind: wordHour}, "uren": {kind: wordHour}, "u": {kind: wordClock},
			"half uur": {kind: wordInterval, n: 30}, "halfuur": {kind: wordInterval, n: 30}, "kwartier": {kind: wordInterval, n: 15},
			"middernacht":  {kind: wordTime},
			"van de maand": {kind: wordMonth}, "van elke maand": {kind: wordMonth}, "van iedere maand": {kind: wordMonth}, "elke maand": {kind: wordMonth}, "maandelijks": {kind: wordMonth},
			"eerste":  {kind: wordOrdinal, n: 1},
			"maandag": {kind: wordWeekday, n: 1}, "dinsdag": {kind: wordWeekday, n: 2}, "woensdag": {kind: wordWeekday, n: 3}, "donderdag": {kind: wordWeekday, n: 4},
			"vrijdag": {kind: wordWeekday, n: 5}, "zaterdag": {kind: wordWeekday, n: 6}, "zondag": {kind: wordWeekday},
			"maandags": {kind: wordWeekday, n: 1}, "dinsdags": {kind: wordWeekday, n: 2}, "woensdags": {kind: wordWeekday, n: 3}, "donderdags": {kind: wordWeekday, n: 4},
			"vrijdags": {kind: wordWeekday, n: 5}, "zaterdags": {kind: wordWeekday, n: 6}, "zondags": {kind: wordWeekday},
			"maandagen": {kind: wordWeekday, n: 1}, "dinsdagen": {kind: wordWeekday, n: 2}, "woensdagen": {kind: wordWeekday, n: 3}, "donderdagen": {kind: wordWeekday, n: 4},
			"vrijdagen": {kind: wordWeekday, n: 5}, "zaterdagen": {kind: wordWeekday, n: 6}, "zondagen": {kind: wordWeekday},
		},
	},
	{
		code:     "de",
		examples: [2]string{"werktags um 8:30", "jeden Montag und Donnerstag um 17:00"},
		ordinals: []string{"."},
		words: map[string]word{
			"am": {}, "an": {}, "von": {},
			"jeden": {kind: wordEvery}, "jede": {kind: wordEvery}, "jedes": {kind: wordEvery}, "alle": {kind: wordEvery},
			"und": {kind: wordAnd}, "&": {kind: wordAnd}, ",": {kind: wordComma}, "bis": {kind: wordTo}, "-": {kind: wordTo}, "um": {kind: wordAt},
			"tag": {kind: wordDay}, "tage": {kind: wordDay}, "taglich": {kind: wordDaily}, "taeglich": {kind: wordDaily},
			"werktag": {kind: wordWorkday}, "werktags": {kind: wordWorkday}, "werktagen": {kind: wordWorkday}, "werktaglich": {kind: wordWorkday},
			"arbeitstag": {kind: wordWorkday}, "arbeitstags": {kind: wordWorkday}, "arbeitstagen": {kind: wordWorkday},
			"wochenende": {kind: wordWeekend}, "wochenenden": {kind: wordWeekend},
			"minute": {kind: wordMinute}, "minuten": {kind: wordMinute}, "stunde": {kind: wordHour}, "stunden": {kind: wordHour}, "uhr": {kind: wordClock},
			"stundlich": {kind: wordInterval, n: 60}, "stuendlich": {kind: wordInterval, n: 60}, "halbstundlich": {kind: wordInterval, n: 30},
			"halbe stunde": {kind: wordInterval, n: 30}, "viertelstunde": {kind: wordInterval, n: 15}, "viertelstundlich": {kind: wordInterval, n: 15},
			"mittags": {kind: wordTime, n: 720}, "mitternacht": {kind: wordTime},
			"des monats": {kind: wordMonth}, "im monat": {kind: wordMonth}, "jeden monats": {kind: wordMonth}, "jedes monats": {kind: wordMonth},
			"eines jeden monats": {kind: wordMonth}, "jeden monat": {kind: wordMonth}, "monatlich": {kind: wordMonth},
			"ersten": {kind: wordOrdinal, n: 1}, "erster": {kind: wordOrdinal, n: 1},
			"montag": {kind: wordWeekday, n: 1}, "dienstag": {kind: wordWeekday, n: 2}, "mittwoch": {kind: wordWeekday, n: 3}, "donnerstag": {kind: wordWeekday, n: 4},
			"freitag": {kind: wordWeekday, n: 5}, "samstag": {kind: wordWeekday, n: 6}, "sonnabend": {kind: wordWeekday, n: 6}, "sonntag": {kind: wordWeekday},
			"montags": {kind: wordWeekday, n: 1}, "dienstags": {kind: wordWeekday, n: 2}, "mittwochs": {kind: wordWeekday, n: 3}, "donnerstags": {kind: wordWeekday, n: 4},
			"freitags": {kind: wordWeekday, n: 5}, "samstags": {kind: wordWeekday, n: 6}, "sonnabends": {kind: wordWeekday, n: 6}, "sonntags": {kind: wordWeekday},
		},
	},
	{
		code:     "fr",
		examples: [2]string{"chaque jour ouvré à 8h30", "chaque lundi et jeudi à 17h"},
		ordinals: []string{"er", "e"},
		words: map[string]word{
			"le": {}, "les": {}, "du": {}, "pendant le": {},
			"chaque": {kind: wordEvery}, "tous les": {kind: wordEvery}, "toutes les": {kind: wordEvery},
			"et": {kind: wordAnd}, "&": {kind: wordAnd}, ",": {kind: wordComma}, "au": {kind: wordTo}, "-": {kind: wordTo}, "a": {kind: wordAt},
			"jour": {kind: wordDay}, "jours": {kind: wordDay}, "quotidiennement": {kind: wordDaily},
			"jour ouvre": {kind: wordWorkday}, "jours ouvres": {kind: wordWorkday}, "week-end": {kind: wordWeekend}, "week-ends": {kind: wordWeekend},
			"minute": {kind: wordMinute}, "minutes": {kind: wordMinute}, "heure": {kind: wordHour}, "heures": {kind: wordHour}, "h": {kind: wordClock},
			"demi-heure": {kind: wordInterval, n: 30}, "demi-heures": {kind: wordInterval, n: 30}, "quart d'heure": {kind: wordInterval, n: 15}, "quarts d'heure": {kind: wordInterval, n: 15},
			"midi": {kind: wordTime, n: 720}, "minuit": {kind: wordTime},
			"du mois": {kind: wordMonth}, "de chaque mois": {kind: wordMonth}, "chaque mois": {kind: wordMonth}, "tous les mois": {kind: wordMonth},
			"premier": {kind: wordOrdinal, n: 1},
			"lundi":   {kind: wordWeekday, n: 1}, "mardi": {kind: wordWeekday, n: 2}, "mercredi": {kind: wordWeekday, n: 3}, "jeudi": {kind: wordWeekday, n: 4},
			"vendredi": {kind: wordWeekday, n: 5}, "samedi": {kind: wordWeekday, n: 6}, "dimanche": {kind: wordWeekday},
			"lundis": {kind: wordWeekday, n: 1}, "mardis": {kind: wordWeekday, n: 2}, "mercredis": {kind: wordWeekday, n: 3}, "jeudis": {kind: wordWeekday, n: 4},
			"vendredis": {kind: wordWeekday, n: 5}, "samedis": {kind: wordWeekday, n: 6}, "dimanches": {kind: wordWeekday},
		},
	},
}
