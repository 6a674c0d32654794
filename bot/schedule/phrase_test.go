package schedule

import (
	"strings"
	"testing"
)

func TestPhrase(t *testing.T) {
	for _, c := range []struct{ phrase, want string }{
		{"every weekday at 08:30", "30 8 * * 1-5"},
		{"Every Weekday at 8:30.", "30 8 * * 1-5"},
		{"every weekday, 8:30", "30 8 * * 1-5"},
		{"weekdays at 8.30", "30 8 * * 1-5"},
		{"on working days at 9 am", "0 9 * * 1-5"},
		{"every day at 6:05", "5 6 * * *"},
		{"daily at 12am", "0 0 * * *"},
		{"daily at 12:15 p.m.", "15 12 * * *"},
		{"every day at noon", "0 12 * * *"},
		{"at 8 o'clock every day", "0 8 * * *"},
		{"every day at 8:00 and 16:00", "0 8,16 * * *"},
		{"every day at 8:00 and 8:30", "0,30 8 * * *"},
		{"every monday and thursday at 17:00", "0 17 * * 1,4"},
		{"on mondays, wednesdays, and fridays at 5pm", "0 17 * * 1,3,5"},
		{"monday to thursday at 9:00", "0 9 * * 1-4"},
		{"friday to monday at 9:00", "0 9 * * 0,1,5,6"},
		{"every weekend at 10:00", "0 10 * * 0,6"},
		{"every hour", "0 * * * *"},
		{"hourly", "0 * * * *"},
		{"every half hour", "*/30 * * * *"},
		{"every minute", "* * * * *"},
		{"every 15 minutes", "*/15 * * * *"},
		{"every 60 minutes", "0 * * * *"},
		{"every 2 hours", "0 */2 * * *"},
		{"every 15 minutes on weekdays", "*/15 * * * 1-5"},
		{"on the 1st of the month at 9:00", "0 9 1 * *"},
		{"on the 1st and 15th of every month at 9:00", "0 9 1,15 * *"},
		{"every month on the 2nd at 9:00", "0 9 2 * *"},
		{"on the first day of the month at 9:00", "0 9 1 * *"},

		{"elke werkdag om 08:30", "30 8 * * 1-5"},
		{"op werkdagen om 8u30", "30 8 * * 1-5"},
		{"elke dag om 6.05 uur", "5 6 * * *"},
		{"dagelijks om 9 uur", "0 9 * * *"},
		{"elke maandag om 17:00", "0 17 * * 1"},
		{"iedere dinsdag, donderdag en zaterdag om 7:15", "15 7 * * 2,4,6"},
		{"maandag tot en met vrijdag om 9:00", "0 9 * * 1-5"},
		{"elk uur", "0 * * * *"},
		{"elk half uur", "*/30 * * * *"},
		{"elk kwartier", "*/15 * * * *"},
		{"elke 15 minuten", "*/15 * * * *"},
		{"om de 2 uur", "0 */2 * * *"},
		{"op de 1e van de maand om 9:00", "0 9 1 * *"},
		{"elke maand op de 15de om 9:00", "0 9 15 * *"},
		{"in het weekend om 10:00", "0 10 * * 0,6"},

		{"werktags um 8:30", "30 8 * * 1-5"},
		{"jeden Werktag um 8.30 Uhr", "30 8 * * 1-5"},
		{"täglich um 6:05", "5 6 * * *"},
		{"taeglich um 6:05", "5 6 * * *"},
		{"ta\u0308glich um 6:05", "5 6 * * *"},
		{"jeden Tag um 8 Uhr 30", "30 8 * * *"},
		{"jeden Montag um 17 Uhr", "0 17 * * 1"},
		{"montags und donnerstags um 17:00", "0 17 * * 1,4"},
		{"von Montag bis Freitag um 9:00", "0 9 * * 1-5"},
		{"stündlich", "0 * * * *"},
		{"jede Stunde", "0 * * * *"},
		{"alle 15 Minuten", "*/15 * * * *"},
		{"alle 2 Stunden", "0 */2 * * *"},
		{"am 1. des Monats um 9:00", "0 9 1 * *"},
		{"am 1. und 15. jeden Monats um 9 Uhr", "0 9 1,15 * *"},

		{"chaque jour ouvré à 8h30", "30 8 * * 1-5"},
		{"les jours ouvrés a 8h30", "30 8 * * 1-5"},
		{"tous les jours à 8h", "0 8 * * *"},
		{"tous les jours à 8 heures 30", "30 8 * * *"},
		{"chaque jour à midi", "0 12 * * *"},
		{"chaque lundi à 17:00", "0 17 * * 1"},
		{"tous les lundis et jeudis à 17 h", "0 17 * * 1,4"},
		{"du lundi au vendredi à 9h", "0 9 * * 1-5"},
		{"toutes les heures", "0 * * * *"},
		{"chaque heure", "0 * * * *"},
		{"toutes les 15 minutes", "*/15 * * * *"},
		{"toutes les 2 heures", "0 */2 * * *"},
		{"le 1er du mois à 9h", "0 9 1 * *"},
		{"le 15 de chaque mois à 9h", "0 9 15 * *"},
	} {
		t.Run(c.phrase, func(t *testing.T) {
			got, err := Phrase(c.phrase)
			if err != nil || got != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
			if _, problem := canonicalCron(got); problem != nil {
				t.Errorf("%q is no expression: %v", got, problem)
			}
		})
	}
}

func TestPhraseRefuses(t *testing.T) {
	const evenly = "does not come out evenly (use 1, 2, 3,"
	for _, c := range []struct{ name, phrase, want string }{
		{"nothing", "", `is not understood (e.g. "every weekday at 08:30" or "every monday and thursday at 17:00"; or set cron)`},
		{"words nobody knows", "every fortnight at 9:00", `when "every fortnight at 9:00" is not understood`},
		{"Dutch examples for Dutch words", "elke tweede maandag om 9:00", `e.g. "elke werkdag om 08:30" or "elke maandag en donderdag om 17:00"`},
		{"German examples for German words", "jeden zweiten Montag um 9 Uhr", `e.g. "werktags um 8:30" or "jeden Montag und Donnerstag um 17:00"`},
		{"French examples for French words", "un lundi sur deux à 9h", `e.g. "chaque jour ouvré à 8h30" or "chaque lundi et jeudi à 17h"`},
		{"two languages in one phrase", "every maandag at 9:00", "is not understood"},
		{"a Dutch half hour", "elke dag om half 9", "is not understood"},
		{"the first Monday of the month", "on the first monday of the month at 9:00", "is not understood"},
		{"days named twice", "every day every monday at 9:00", "is not understood"},
		{"a date without its month", "on the 1st at 9:00", "is not understood"},
		{"an interval with a time", "every hour at 9:00", "is not understood"},
		{"a time without days", "at 9:00", "is not understood"},
		{"a list that ends early", "every monday and at 9:00", "is not understood"},
		{"an hour that is none", "every day at 25:00", "is not understood"},
		{"a minute that is none", "every day at 8:60", "is not understood"},
		{"an afternoon that is none", "every day at 13pm", "is not understood"},
		{"a comma for a colon", "every day at 8,30", "is not understood"},
		{"no time of day", "every day", `when "every day" has no time of day (add one, e.g. "every weekday at 08:30")`},
		{"an uneven number of minutes", "every 7 minutes", evenly},
		{"an hour and a half", "every 90 minutes", evenly},
		{"no minutes", "every 0 minutes", evenly},
		{"a day in hours", "every 24 hours", evenly},
		{"a day that February lacks", "on the 31st of the month at 9:00", `names a day that not every month has (use 1 to 28, or set cron)`},
		{"times with different minutes", "every day at 8:30 and 17:00", `has times that one schedule cannot have (make two schedules, or use times with the same minutes)`},
		{"something very long", strings.Repeat("every ", 100), "when this value is not understood"},
		{"a token by mistake", "every xoxb-1 at 9:00", "when this value is not understood"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Phrase(c.phrase)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, %v; want %s", got, err, c.want)
			}
		})
	}
}

func TestWordsAreWrittenAsTheyAreLookedUp(t *testing.T) {
	for _, l := range phraseLanguages {
		for text := range l.words {
			if folded := strings.Join(strings.Fields(foldPhrase(text)), " "); folded != text && text != "," {
				t.Errorf("%s: %q is looked up as %q", l.code, text, folded)
			}
			if n := len(strings.Fields(text)); n > 4 {
				t.Errorf("%s: %q has %d words; 4 are read at once", l.code, text, n)
			}
		}
		for _, example := range l.examples {
			if _, err := Phrase(example); err != nil {
				t.Errorf("%s: example %q: %v", l.code, example, err)
			}
		}
	}
}

// FuzzPhrase checks that no phrase makes the reader panic, and that what it accepts is an expression.
func FuzzPhrase(f *testing.F) {
	for _, s := range []string{"every weekday at 08:30", "om de 2 uur", "am 1. des Monats um 9:00", "tous les jours à 8h", ", , and", "at at 8:30pm pm", "every 99999999999 hours", "8h", "- - -"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cron, err := Phrase(text)
		if err != nil {
			return
		}
		if _, err := Parse(with(cron, "UTC")); err != nil {
			t.Fatalf("%q is read as %q: %v", text, cron, err)
		}
	})
}
