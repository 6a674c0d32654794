package blockkit

import (
	"time"

	"campaignbot/bot"
)

// in holds one text in the four languages, in the order of bot.Languages.
type in [4]string

func (t in) line(lang string) bot.Line {
	for i, l := range bot.Languages() {
		if l == lang {
			return bot.Text(t[i])
		}
	}
	return bot.Text(t[0])
}

type cardStep struct {
	title, text, expect, otherwise in
	commands                       []bot.Shell
	risk                           string
	ours                           bool
}

var cardSigns = []in{
	{"Scheduled workflows do not start", "Geplande workflows starten niet", "Geplante Workflows starten nicht", "Les workflows planifiés ne démarrent pas"},
	{"Start and Stop buttons do nothing", "Start- en Stopknoppen doen niets", "Start- und Stopp-Schaltflächen ohne Wirkung", "Les boutons Démarrer et Arrêter n'ont aucun effet"},
	{"The status stays at `Start in progress`", "De status blijft op `Start in progress`", "Der Status bleibt auf `Start in progress`", "Le statut reste sur `Start in progress`"},
	{"Tracking and cleanup stop as well", "Tracking en opschonen stoppen ook", "Tracking und Bereinigung stehen ebenfalls", "Le tracking et le nettoyage s'arrêtent aussi"},
}

var cardSteps = []cardStep{
	{
		title:     in{"Is it running?", "Draait hij?", "Läuft er?", "Tourne-t-il ?"},
		commands:  []bot.Shell{{Text: "nlserver pdump"}},
		expect:    in{"A line `wfserver@<inst>`", "Een regel `wfserver@<inst>`", "Eine Zeile `wfserver@<inst>`", "Une ligne `wfserver@<inst>`"},
		otherwise: in{"start it, step 2.", "start hem, stap 2.", "starten, Schritt 2.", "le démarrer, étape 2."},
		risk:      "risk.read_only",
	},
	{
		title:     in{"Start it", "Start hem", "Starten", "Le démarrer"},
		text:      in{"Only when the list of step 1 lacks it.", "Alleen als hij in stap 1 ontbrak.", "Nur wenn er in Schritt 1 fehlt.", "Seulement s'il manque à l'étape 1."},
		commands:  []bot.Shell{{Text: "nlserver start wfserver@<inst>"}},
		expect:    in{"The line appears in `nlserver pdump`", "De regel staat in `nlserver pdump`", "Die Zeile steht in `nlserver pdump`", "La ligne apparaît dans `nlserver pdump`"},
		otherwise: in{"read the log, step 5.", "lees het log, stap 5.", "Log lesen, Schritt 5.", "lire le log, étape 5."},
		risk:      "risk.starts_one",
	},
	{
		title:    in{"There, but nothing moves", "Wel in de lijst, maar er gebeurt niets", "Da, aber nichts bewegt sich", "Présent, mais rien ne bouge"},
		commands: []bot.Shell{{Text: "nlserver restart wfserver@<inst>"}},
		expect:   in{"Workflows go on within 1 minute", "Workflows gaan binnen 1 minuut verder", "Workflows laufen nach 1 Minute weiter", "Les workflows reprennent en 1 minute"},
		risk:     "risk.interrupts_module",
		ours:     true,
	},
	{
		title: in{"Is the disk full?", "Is de schijf vol?", "Ist die Platte voll?", "Le disque est-il plein ?"},
		commands: []bot.Shell{
			{OS: "linux", Text: "df -h /usr/local/neolane/nl6/var\ndu -sh /usr/local/neolane/nl6/var/<inst>/log"},
			{OS: "windows", Text: `Get-PSDrive C; Get-ChildItem "C:\Program Files\Adobe\var\<inst>" | Measure-Object`},
		},
		expect: in{"At least 10% free", "Minstens 10% vrij", "Mindestens 10 % frei", "Au moins 10 % libres"},
		risk:   "risk.read_only",
	},
	{
		title:    in{"Read the log", "Lees het log", "Log lesen", "Lire le log"},
		text:     in{"Look for `ERR` & the last `*.log` line.", "Zoek `ERR` en de laatste regel.", "Nach `ERR` und der letzten Zeile suchen.", "Chercher `ERR` et la dernière ligne."},
		commands: []bot.Shell{{OS: "linux", Text: "tail -n 50 /usr/local/neolane/nl6/var/<inst>/log/wfserver.log | grep -E 'ERR|WRN' && echo found"}},
		expect:   in{"No `ERR` of today", "Geen `ERR` van vandaag", "Kein `ERR` von heute", "Aucun `ERR` du jour"},
		risk:     "risk.read_only",
	},
	{
		title:    in{"Restart the whole server", "Herstart de hele server", "Ganzen Server neu starten", "Redémarrer tout le serveur"},
		text:     in{"Last resort: sending stops as well.", "Laatste redmiddel: verzenden stopt ook.", "Letztes Mittel: auch der Versand stoppt.", "Dernier recours : l'envoi s'arrête aussi."},
		commands: []bot.Shell{{OS: "linux", Text: "systemctl restart nlserver"}, {OS: "windows", Text: "net stop nlserver6 && net start nlserver6"}},
		expect:   in{"All modules are back", "Alle modules zijn terug", "Alle Module sind wieder da", "Tous les modules sont revenus"},
		risk:     "risk.interrupts_all",
	},
}

// moduleCard returns a reply such as the module command makes.
func moduleCard(lang string) bot.Reply {
	what := in{"workflow server", "workflowserver", "Workflow-Server", "serveur de workflows"}.line(lang)
	name := bot.Phrase("answer.title", "name", bot.Text("wfserver"), "what", what)
	does := in{
		"Runs workflows, and with them tracking collection, database cleanup and campaign jobs.",
		"Voert workflows uit, en daarmee het ophalen van tracking, het opschonen van de database en campagnetaken.",
		"Führt Workflows aus, damit auch Trackingabruf, Datenbankbereinigung und Kampagnenaufgaben.",
		"Exécute les workflows, donc aussi la collecte du tracking, le nettoyage de la base et les tâches de campagne.",
	}.line(lang)
	signs := bot.List{Title: bot.Phrase("card.you_see")}
	for _, s := range cardSigns {
		signs.Items = append(signs.Items, s.line(lang))
	}
	var list bot.Steps
	for _, s := range cardSteps {
		list.Items = append(list.Items, bot.Step{
			Title: s.title.line(lang), Text: s.text.line(lang), Commands: s.commands, Expect: s.expect.line(lang),
			Else: s.otherwise.line(lang), Risk: bot.Phrase(s.risk), Ours: s.ours,
		})
	}
	page := in{"Production procedures", "Productieprocedures", "Produktionsverfahren", "Procédures de production"}.line(lang)
	return bot.Reply{
		Language: lang,
		Title:    name,
		Parts: []bot.Part{
			bot.Heading{Line: name},
			bot.Paragraph{Lines: []bot.Line{does, bot.Phrase("type.mono-instance")}},
			signs,
			bot.Paragraph{Title: bot.Phrase("card.steps"), Lines: []bot.Line{bot.Phrase("card.inst_hint")}},
			list,
			bot.Note{Lines: []bot.Line{in{
				"Around 06:00 a short absence is normal: every process restarts daily.",
				"Rond 06:00 is kort weg zijn normaal: elk proces herstart dagelijks.",
				"Gegen 06:00 ist ein kurzer Ausfall normal: jeder Prozess startet täglich neu.",
				"Vers 06:00 une courte absence est normale : chaque processus redémarre chaque jour.",
			}.line(lang)}},
			bot.Fields{Items: []bot.Field{
				{Name: bot.Phrase("card.logs"), Values: []bot.Line{bot.Text("`var/<inst>/log/wfserver.log`")}},
				{Name: bot.Phrase("card.ports"), Values: []bot.Line{bot.Phrase("card.port", "number", 7777, "protocol", "tcp", "direction", bot.Phrase("port.local"))}},
				{Name: bot.Phrase("card.config"), Values: []bot.Line{bot.Text("`config-<inst>.xml`, `<wfserver>`")}},
				{Name: bot.Phrase("card.needs"), Values: []bot.Line{in{"database", "database", "Datenbank", "base de données"}.line(lang)}},
				{Name: bot.Phrase("card.needed_by"), Values: []bot.Line{in{"tracking, cleanup and campaign jobs stop", "tracking, opschonen en campagnetaken stoppen", "Tracking, Bereinigung und Kampagnenaufgaben stehen", "tracking, nettoyage et tâches de campagne s'arrêtent"}.line(lang)}},
			}},
			bot.Links{Title: bot.Phrase("card.sources"), Items: []bot.Link{
				{Title: page, URL: "https://experienceleague.adobe.com/docs/campaign-classic/using/monitoring/production-procedures.html?lang=" + lang + "&x=1"},
				{Title: bot.Text("nlserver"), URL: "https://experienceleague.adobe.com/docs/campaign-classic/using/installing/usual-commands.html"},
			}},
			bot.Buttons{Items: []bot.ReplyButton{
				{Action: "share", Value: "module wfserver", Label: bot.Phrase("button.share"), Primary: true},
				{Action: "module", Value: "mta", Label: bot.Phrase("button.module", "name", "mta")},
				{Action: "module", Value: "stat", Label: bot.Phrase("button.module", "name", "stat")},
			}},
		},
	}
}

var morning = time.Date(2026, 11, 22, 8, 30, 0, 0, time.FixedZone("CET", 3600))

// replies are the replies kept as golden files, by name; each is made in a language.
func replies() map[string]func(lang string) bot.Reply {
	return map[string]func(string) bot.Reply{
		"help": helpReply, "unsure": unsureReply, "tied": tiedReply, "error": errorReply,
		"reminder-open":    func(l string) bot.Reply { return reminderReply(l, bot.TaskOpen) },
		"reminder-claimed": func(l string) bot.Reply { return reminderReply(l, bot.TaskClaimed) },
		"reminder-done":    func(l string) bot.Reply { return reminderReply(l, bot.TaskDone) },
		"digest-quiet":     quietDigest,
		"digest-busy":      busyDigest,
	}
}

func helpReply(lang string) bot.Reply {
	commands := bot.List{Title: bot.Phrase("help.commands")}
	for _, c := range [][2]string{{"module <name>", "command.module.summary"}, {"modules", "command.modules.summary"}, {"find <symptom>", "command.find.summary"}, {"language <en|nl|de|fr|auto>", "command.language.summary"}} {
		commands.Items = append(commands.Items, bot.Phrase("answer.title", "name", bot.Text("`"+c[0]+"`"), "what", bot.Phrase(c[1])))
	}
	return bot.Reply{Language: lang, Private: true, Title: bot.Phrase("help.title"), Parts: []bot.Part{
		bot.Heading{Line: bot.Phrase("help.title")},
		bot.Paragraph{Lines: []bot.Line{bot.Phrase("help.intro"), bot.Phrase("help.symptom")}},
		commands,
		bot.List{Title: bot.Phrase("help.examples"), Items: []bot.Line{bot.Text("`/campaign module wfserver`"), bot.Text("`/campaign mails gaan niet weg`")}},
		bot.Note{Lines: []bot.Line{bot.Phrase("help.anywhere"), bot.Phrase("help.private")}},
	}}
}

func unsureReply(lang string) bot.Reply {
	return bot.Reply{Language: lang, Title: bot.Phrase("answer.unsure"), Parts: []bot.Part{
		bot.Paragraph{Lines: []bot.Line{bot.Phrase("answer.unsure"), bot.Phrase("answer.unsure_hint"), bot.Phrase("answer.nearest")}},
		bot.Buttons{Items: []bot.ReplyButton{
			{Action: "module", Value: "mta", Label: bot.Phrase("button.module", "name", "mta")},
			{Action: "module", Value: "stat", Label: bot.Phrase("button.module", "name", "stat")},
			{Action: "module", Value: "web", Label: bot.Phrase("button.module", "name", "web")},
		}},
	}}
}

func tiedReply(lang string) bot.Reply {
	tied := bot.Phrase("answer.tied", "first", bot.Text("`mta`"), "second", bot.Text("`stat`"))
	return bot.Reply{Language: lang, Title: tied, Parts: []bot.Part{
		bot.Paragraph{Lines: []bot.Line{tied, in{
			"Does the log of `mta` show `connection refused` on port 7777?",
			"Staat in het log van `mta` `connection refused` op poort 7777?",
			"Steht im Log von `mta` `connection refused` auf Port 7777?",
			"Le log de `mta` montre-t-il `connection refused` sur le port 7777 ?",
		}.line(lang)}},
		bot.Buttons{Items: []bot.ReplyButton{
			{Action: "module", Value: "mta", Label: bot.Phrase("button.module", "name", "mta")},
			{Action: "module", Value: "stat", Label: bot.Phrase("button.module", "name", "stat")},
		}},
	}}
}

func errorReply(lang string) bot.Reply {
	line := bot.Phrase("error.unknown_module", "name", "<!channel> `x` *y*")
	return bot.Reply{Language: lang, Title: line, Private: true, Parts: []bot.Part{
		bot.Paragraph{Lines: []bot.Line{line}},
		bot.Buttons{Items: []bot.ReplyButton{{Action: "module", Value: "mta", Label: bot.Phrase("button.module", "name", "mta")}}},
	}}
}

func reminderReply(lang string, state bot.TaskState) bot.Reply {
	text := bot.Typed("Re-run yesterday's *failed* exports & check <b>rejects</b>")
	title := bot.Phrase("reminder.title", "text", text)
	lines := []bot.Line{}
	buttons := []bot.ReplyButton{{Action: "claim", Value: "1", Label: bot.Phrase("button.claim"), Primary: true}, {Action: "done", Value: "1", Label: bot.Phrase("button.done")},
		{Action: "snooze", Value: "1", Label: bot.Phrase("button.snooze"), Menu: []bot.MenuOption{
			{Value: "30m", Label: bot.Phrase("format.value", "value", 30*time.Minute)}, {Value: "tomorrow", Label: bot.Phrase("button.snooze_tomorrow")},
		}},
		{Action: "hand_over", Value: "1", Label: bot.Phrase("button.hand_over"), People: true}}
	switch state {
	case bot.TaskOpen:
		lines = append(lines, bot.Phrase("format.value", "value", bot.Person("S0123456789")), bot.Phrase("reminder.open"), bot.Phrase("reminder.due", "at", morning.Add(2*time.Hour)))
	case bot.TaskClaimed:
		lines = append(lines, bot.Phrase("reminder.claimed", "user", bot.Person("U0123456789"), "at", morning.Add(time.Hour)))
		buttons = buttons[1:]
	case bot.TaskDone:
		lines = append(lines, bot.Phrase("reminder.done", "user", bot.Person("U0123456789"), "at", morning.Add(time.Hour)))
		buttons = nil
	}
	return bot.Reply{Language: lang, Title: title, Parts: []bot.Part{
		bot.Heading{Line: title},
		bot.Paragraph{Lines: lines},
		bot.Note{Lines: []bot.Line{bot.Phrase("reminder.schedule", "id", "failed-exports"), bot.Phrase("reminder.missed", "count", 2)}},
		bot.Buttons{Items: buttons},
	}}
}

func quietDigest(lang string) bot.Reply {
	return bot.Reply{Language: lang, Title: bot.Phrase("digest.quiet"), Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Phrase("digest.quiet")}}}}
}

func busyDigest(lang string) bot.Reply {
	return bot.Reply{Language: lang, Title: bot.Phrase("digest.open", "count", 2), Parts: []bot.Part{
		bot.Heading{Line: bot.Phrase("digest.title")},
		bot.List{Title: bot.Phrase("digest.overdue", "count", 1), Items: []bot.Line{
			bot.Phrase("digest.item_open", "text", "Check the imports", "since", morning.Add(-26*time.Hour)),
		}},
		bot.List{Title: bot.Phrase("digest.open", "count", 1), Items: []bot.Line{
			bot.Phrase("digest.item_claimed", "text", "Re-run failed exports", "user", bot.Person("W0123456789"), "since", morning),
		}},
		bot.List{Title: bot.Phrase("digest.done", "count", 1), Items: []bot.Line{
			bot.Phrase("digest.item_done", "text", "Clean `/tmp`", "user", bot.Person("U0123456789"), "at", morning),
		}},
		bot.Divider{},
		bot.Note{Lines: []bot.Line{bot.Phrase("digest.since", "at", morning.Add(-24*time.Hour)), bot.Phrase("digest.skipped", "count", 3), bot.Phrase("digest.late", "count", 1)}},
	}}
}
