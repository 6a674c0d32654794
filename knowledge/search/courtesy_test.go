package search_test

import (
	"slices"
	"strings"
	"testing"
)

// padded is a question with courtesy before and behind it. No module: it must not be answered, and all of it stands in before.
type padded struct{ name, before, core, after, module string }

// paddedFirst are the questions that the words of courtesy were collected for.
var paddedFirst = []padded{
	{"en greeting and thanks", "Hi team, ", "the mta does not start on acc", ", could someone have a look? Thanks a lot, Karen", "mta"},
	{"en and a bit of German", "hello could you please be so kind, ", "since 02:13 srv-acc-01.example.com wfservr is kaputt", ", danke", "wfserver"},
	{"en would anybody mind", "Good afternoon everyone, sorry to bother you, would anybody mind checking why ", "bounces are not coming in since this morning", "? Many thanks in advance, best regards, Tom", "inMail"},
	{"en apologies for the noise", "Hey folks, apologies for the noise. Is there any chance somebody could tell me why ", "the console login page shows error 503", "? Cheers", "web"},
	{"en quick question", "Morning all! Quick question if I may: ", "syslogd has not written anything since 3 am", "... thx!", "syslogd"},
	{"en would appreciate", "Dear colleagues, I would really appreciate it if you could find out why ", "there are no clicks in the reports", ". Kind regards, Priya", "tracking"},
	{"en mistyped name", "hi guys hope you're all doing well, ", "watchdgo is down", " pls help, much appreciated", "watchdog"},
	{"en asking again", "Good evening, sorry for asking again, ", "the trackinglogd does not write redirection logs", ", thank you so much for your time", "trackinglogd"},
	{"en a minute", "Hiya, when you have a minute could you please check ", "stat@prod is missing in pdump", "? ta, Joe", "stat"},
	{"en only courtesy", "Good morning everyone, hope you are well, thanks in advance and kind regards, Tom", "", "", ""},
	{"en a printer", "Hi all, sorry to bother you, could somebody please tell me why my printer does not print? Many thanks, Jo", "", "", ""},
	{"en nothing said", "Hello, could anyone be so kind as to help me? It does not work. Thanks a lot!", "", "", ""},
	{"en jira", "Dear team, would you mind checking when the jira workflow was changed? Cheers", "", "", ""},
	{"en solved", "thanks everyone, that did the trick, have a lovely evening", "", "", ""},

	{"nl a kind request", "Goedemorgen allemaal, sorry voor het storen, zou iemand zo vriendelijk willen zijn even te kijken waarom ", "mta niet start", "? alvast bedankt, groetjes Bram", "mta"},
	{"nl colleagues", "Hoi collega's, ", "de wfserver draait niet meer", ", kan iemand daar even naar kijken aub? dank jullie wel", "wfserver"},
	{"nl has anybody time", "Beste mensen, zou er misschien iemand tijd hebben om te kijken: ", "de bounces komen niet meer binnen", ". Met vriendelijke groet, Sanne", "inMail"},
	{"nl apologies", "Goedemiddag, excuses voor de drukte in dit kanaal. ", "De console geeft een foutmelding 503 bij het inloggen", ". Hartelijk dank!", "web"},
	{"nl who helps me", "hey allemaal, wie wil mij helpen? ", "syslgod schrijft geen logs meer", " thanks alvast", "syslogd"},
	{"nl I hope", "Goedenavond, ik hoop dat jullie me kunnen helpen. ", "De export naar sftp is leeg", ". Bij voorbaat dank, mvg Jeroen", "export"},
	{"nl may I disturb", "Dag allen, mag ik even storen? ", "de watchdog herstart de modules niet", ". Dankjewel en fijne dag nog", "watchdog"},
	{"nl does anybody know", "Hallo, sorry dat ik weer stoor, weet iemand toevallig waarom ", "er geen kliks in het trackingrapport staan", "? bedankt, Piet", "tracking"},
	{"nl only courtesy", "Goedemorgen allemaal, alvast bedankt en een fijne dag, groetjes Bram", "", "", ""},
	{"nl a laptop", "Hoi, sorry voor het storen, zou iemand even naar mijn laptop willen kijken? dankjewel", "", "", ""},
	{"nl nothing said", "Beste collega's, zou iemand mij kunnen helpen? het doet het niet. Met vriendelijke groet, Eva", "", "", ""},
	{"nl keys", "Hallo, weet iemand toevallig waar de sleutels van de vergaderzaal liggen? bvd", "", "", ""},
	{"nl solved", "bedankt allemaal, het is opgelost, fijne avond", "", "", ""},

	{"de a kind request", "Guten Morgen zusammen, entschuldigt die Störung, könnte bitte jemand so nett sein und nachsehen, warum ", "der wfserver nicht startet", "? Vielen Dank im Voraus und viele Grüße", "wfserver"},
	{"de could you look", "Hallo Leute, ", "der mta läuft nicht mehr", ", könnt ihr bitte mal schauen? Danke und LG, Jana", "mta"},
	{"de does anybody know", "Moin moin, sorry für die Störung, weiß jemand, warum ", "keine Bounces mehr ankommen", "? Danke euch!", "inMail"},
	{"de formal", "Sehr geehrte Kolleginnen und Kollegen, ich wäre sehr dankbar, wenn jemand prüfen könnte, warum ", "die Konsole beim Login Fehler 503 zeigt", ". Mit freundlichen Grüßen, Dr. Hoffmann", "web"},
	{"de a moment", "Servus, hätte jemand kurz Zeit? ", "syslogd schreibt keine Logs", ". Besten Dank, Sepp", "syslogd"},
	{"de excuse me", "Guten Tag, bitte entschuldigen Sie die Umstände, aber ", "der Export liefert eine leere Datei", ". Herzlichen Dank für Ihre Mühe", "export"},
	{"de mistyped name", "Hi ihr Lieben, wäre super, wenn sich das jemand ansehen könnte: ", "watchdgo ist abgestürzt", ", tausend Dank, Bussi Lena", "watchdog"},
	{"de may I ask", "Guten Abend, dürfte ich um Hilfe bitten? ", "im Trackingbericht fehlen alle Klicks", ". Schöne Grüße aus Wien", "tracking"},
	{"de only courtesy", "Guten Morgen zusammen, vielen Dank im Voraus und viele Grüße, Jana", "", "", ""},
	{"de a printer", "Hallo Leute, sorry für die Störung, könnte jemand bitte den Drucker im dritten Stock neu starten? Danke", "", "", ""},
	{"de nothing said", "Sehr geehrte Damen und Herren, könnten Sie mir bitte helfen? Es geht nicht. Mit freundlichen Grüßen", "", "", ""},
	{"de the canteen", "Moin, weiß jemand, wann die Kantine heute öffnet? LG", "", "", ""},
	{"de solved", "Herzlichen Dank, hat sich erledigt, schönen Abend euch", "", "", ""},

	{"fr a kind request", "Bonjour à tous, désolé de vous déranger, est-ce que quelqu'un pourrait regarder pourquoi ", "le mta ne démarre pas", " ? Merci d'avance, bonne journée, Julien", "mta"},
	{"fr a look", "Salut l'équipe, ", "wfserver est planté", ", vous pourriez jeter un œil svp ? Merci beaucoup", "wfserver"},
	{"fr would anybody know", "Bonsoir, excusez-moi pour le dérangement, quelqu'un saurait-il pourquoi ", "les bounces n'arrivent plus", " ? Cordialement, Sophie", "inMail"},
	{"fr formal", "Chers collègues, auriez-vous l'amabilité de vérifier pourquoi ", "la console affiche une erreur 503", " ? Je vous remercie par avance. Bien cordialement", "web"},
	{"fr a small question", "Coucou, petite question : ", "syslogd n'écrit plus de logs", ", qqn peut m'aider ? bisous, Léa", "syslogd"},
	{"fr I allow myself", "Bonjour, je me permets de vous solliciter car ", "l'export produit un fichier vide", ". En vous remerciant, bien à vous, Marc", "export"},
	{"fr mistyped name", "Hello tout le monde, pardon de vous embêter, ", "watchdgo ne tourne plus", ", merci bcp", "watchdog"},
	{"fr salutations", "Bonjour Madame, Monsieur, pourriez-vous s'il vous plaît m'indiquer pourquoi ", "il n'y a aucun clic dans le rapport de tracking", " ? Veuillez agréer mes salutations distinguées", "tracking"},
	{"fr only courtesy", "Bonjour à tous, merci d'avance et bonne journée, Julien", "", "", ""},
	{"fr a printer", "Salut, désolé de vous déranger, est-ce que quelqu'un pourrait réparer l'imprimante ? Merci", "", "", ""},
	{"fr nothing said", "Bonjour, pourriez-vous m'aider s'il vous plaît ? Ça ne marche pas. Cordialement, Sophie", "", "", ""},
	{"fr a room", "Chers collègues, auriez-vous l'amabilité de me dire où se trouve la salle de réunion ? Bien à vous", "", "", ""},
	{"fr solved", "Merci beaucoup, c'est réglé, bonne soirée à vous", "", "", ""},
}

// paddedSecond were written with them, and asked only when those words stood.
var paddedSecond = []padded{
	{"en a nice weekend", "Good morning folks, hope you had a nice weekend. May I kindly ask someone to check why ", "the nightly export produces an empty csv", "? Thank you very much indeed, Regards Anne", "export"},
	{"en terribly sorry", "hello there, terribly sorry to disturb, ", "the import of the customer file is rejected", ", any help would be greatly appreciated", "import"},
	{"en whom to ask", "Hi <!here>, not sure whom to ask, but ", "the mta hangs and mails stay pending", ". Thanks for looking into it! Warm regards, Liam", "mta"},
	{"en so good as to", "Greetings! If it is not too much trouble, would you be so good as to look at ", "syslogd, it is not running", "? Cheers mate", "syslogd"},
	{"en mistyped", "helo everybody, plaese could somebody help, ", "wrokflow does not start", ", thanx", "wfserver"},
	{"en a pain", "Excuse me, I hate to be a pain, but ", "inmail process is gone", ". Thanks again and have a great day", "inMail"},
	{"en finds you well", "Dear support team, I hope this message finds you well. ", "Nobody can log in to the console, tomcat returns 500", ". Looking forward to your reply. Sincerely, Margaret", "web"},
	{"en anyone around", "yo, anyone around? ", "statistics server port 7777 not listening", ", cheers in advance", "stat"},
	{"en a hand", "Good day to you all, would you mind giving me a hand? ", "trackinglogd is not running", "… Yours, Peter", "trackinglogd"},
	{"en only courtesy again", "hello hello, is anybody there? Please and thank you, best wishes, Sam", "", "", ""},
	{"en a parcel", "Hey folks, apologies for the interruption, does somebody know where the tracking number of my parcel is? ta", "", "", ""},
	{"en urgent", "Good afternoon, I would be most grateful for your assistance, it is rather urgent. Yours sincerely, Henry", "", "", ""},
	{"en coffee", "Hi team, sorry for asking, could someone restart the coffee machine please? thx", "", "", ""},
	{"en a shift", "Good evening, may I kindly ask who takes the support shift on Sunday? Kind regards, Ines", "", "", ""},

	{"nl one of you", "Goeiemorgen team, lastig moment misschien, maar zou een van jullie zo aardig willen zijn om te checken waarom ", "stat@prod niet in pdump staat", "? Duizendmaal dank, gr. Wouter", "stat"},
	{"nl my excuses", "Hai, mijn excuses dat ik jullie lastigval, ", "de import van het klantenbestand loopt vast", ". Alvast hartelijk bedankt voor de moeite!", "import"},
	{"nl mistyped", "Lieve mensen, heeft iemand een momentje? ", "wrokflow start niet", "... thnx, kusjes Fleur", "wfserver"},
	{"nl your help", "Goedendag, graag jullie hulp: ", "trackinglogd draait niet", ". Vriendelijke groeten, Ahmed", "trackinglogd"},
	{"nl look along", "Hee, zouden jullie alsjeblieft even mee willen kijken waarom ", "mails niet weggaan, mta@acc hangt", "? super bedankt!!", "mta"},
	{"nl not to nag", "Hallo daar, ik wil niet zeuren, maar ", "de webserver geeft 502 op de loginpagina", ". Dank u wel, hoogachtend, mevrouw De Wit", "web"},
	{"nl Flemish", "Moi, kunde gij efkes kijken? ", "inmail ligt eruit", " merci hè, groetjes uit Gent", "inMail"},
	{"nl out of trouble", "Fijne maandag allemaal! Zou iemand me uit de brand kunnen helpen, ", "syslogd is gestopt", ". Ik waardeer het zeer, tot later", "syslogd"},
	{"nl only courtesy again", "Goedenavond lieve mensen, dank jullie wel en tot morgen, gr. Wouter", "", "", ""},
	{"nl bicycles", "Hai, excuses dat ik stoor, kan iemand het slot van de fietsenstalling controleren? mvg Kees", "", "", ""},
	{"nl call me", "Zou iemand zo aardig willen zijn mij even te bellen? Hartelijk dank, mevrouw De Wit", "", "", ""},
	{"nl a parcel", "Goedemiddag, weet er iemand waarom het pakketje van PostNL niet is aangekomen? groet, Tess", "", "", ""},
	{"nl something wrong", "Goedendag, graag jullie hulp, er is iets mis. Alvast dank!", "", "", ""},

	{"de forgive me", "Grüß Gott, verzeihen Sie bitte, dass ich störe, ob wohl einer von Ihnen schauen könnte, warum ", "stat@prod nicht läuft", "? Ergebensten Dank, Ihr Herr Maier", "stat"},
	{"de a weekend", "Hey Team, hoffe ihr hattet ein schönes Wochenende! ", "der Import der Kundendatei bricht ab", ", kann da mal wer draufschauen? thx", "import"},
	{"de a short question", "Tach zusammen, nur eine kurze Frage: ", "trackinglogd startet nicht", "? Gruß, Uwe", "trackinglogd"},
	{"de sorry to trouble", "Liebe Kollegen, es tut mir leid, euch zu belästigen, ", "Mails bleiben in der Warteschlange, mta hängt", ". Ich danke euch von Herzen, beste Grüße Katrin", "mta"},
	{"de Swiss", "Grüezi mitenand, wäre jemand so lieb und würde mal nachschauen: ", "inMail läuft nicht", ". Merci vielmal", "inMail"},
	{"de mistyped", "hallöchen, falls wer grad Zeit hat: ", "wokflow server startet nich", " danke schonmal :)", "wfserver"},
	{"de your support", "Schönen guten Tag, ich bräuchte mal eure Unterstützung, bitte. ", "Tomcat antwortet nicht, Webmodul tot", ". MfG Schulze", "web"},
	{"de a wonderful morning", "Einen wunderschönen guten Morgen, wären Sie so freundlich, sich das anzusehen: ", "syslogd ist weg", ". Hochachtungsvoll, K. Brandt", "syslogd"},
	{"de only courtesy again", "Grüß Gott, ergebensten Dank und auf Wiedersehen, Ihr Herr Maier", "", "", ""},
	{"de air conditioning", "Hey Team, verzeiht die Störung, kann mir jemand sagen, warum die Klimaanlage tropft? thx", "", "", ""},
	{"de call back", "Wären Sie so freundlich, mich zurückzurufen? Hochachtungsvoll, K. Brandt", "", "", ""},
	{"de a ticket", "Liebe Kollegen, wer hat gestern das Jira-Ticket geschlossen? Beste Grüße Katrin", "", "", ""},
	{"de support", "Schönen guten Tag, ich bräuchte mal eure Unterstützung, bitte. MfG Schulze", "", "", ""},

	{"fr one of you", "Bonjour bonjour, navrée de vous interrompre, l'un de vous aurait-il la gentillesse de voir pourquoi ", "stat@prod est absent de pdump", " ? Mille mercis, Amandine", "stat"},
	{"fr a hand", "Re-bonjour à toutes et à tous, j'aurais besoin d'un coup de main : ", "l'import du fichier clients est bloqué", ". Merci pour votre aide et bon week-end", "import"},
	{"fr two minutes", "Slt les amis, ", "trackinglogd ne démarre pas", ", si quelqu'un a deux minutes... mci !", "trackinglogd"},
	{"fr would it be possible", "Bonjour, serait-il possible que quelqu'un regarde ? ", "les mails restent en attente, mta bloqué", ". Dans l'attente de votre retour, respectueusement, P. Lambert", "mta"},
	{"fr I hope", "Bonjour l'équipe support, j'espère que vous allez bien. ", "inmail est arrêté", ". Un grand merci à vous, à bientôt", "inMail"},
	{"fr a silly question", "Désolée pour la question bête, mais ", "le worklow serveur ne démarre plus", " ? Merci infiniment, Nadia", "wfserver"},
	{"fr by chance", "Hello, sauriez-vous par hasard pourquoi ", "tomcat ne répond plus", " ? Je vous en serais reconnaissant. Sincères salutations", "web"},
	{"fr a new year", "Bonne année à tous ! Si ça ne vous dérange pas, ", "syslogd est tombé", ", pouvez-vous regarder ? Merciiii", "syslogd"},
	{"fr only courtesy again", "Coucou les amis, bisous et à bientôt, Amandine", "", "", ""},
	{"fr an umbrella", "Re-bonjour, navrée de vous interrompre, qui a pris mon parapluie ? Mille mercis", "", "", ""},
	{"fr call back", "Serait-il possible que quelqu'un me rappelle demain ? Respectueusement, P. Lambert", "", "", ""},
	{"fr a parcel", "Hello, sauriez-vous par hasard quand arrive le colis de Chronopost ? Merci infiniment", "", "", ""},
	{"fr help", "Bonjour l'équipe support, j'espère que vous allez bien. J'aurais besoin d'un coup de main. À bientôt", "", "", ""},
}

func TestCourtesyChangesNoAnswer(t *testing.T) {
	index := built(t)
	for _, p := range slices.Concat(paddedFirst, paddedSecond) {
		t.Run(p.name, func(t *testing.T) {
			text := p.before + p.core + p.after
			if got := first(index.Find(text)); got != p.module {
				t.Errorf("Find(%q) = %q, want %q; %v", text, got, p.module, scores(index.Find(text)))
			}
			if got := first(index.Find(p.core)); got != p.module {
				t.Errorf("without courtesy it is %q, want %q", got, p.module)
			}
			if got := first(index.Find(p.before + p.after)); got != "" {
				t.Errorf("without a question it is %q", got)
			}
		})
	}
}

func TestCourtesyLeavesWhatIsAsked(t *testing.T) {
	index := built(t)
	for _, c := range []struct{ name, text, courtesy string }{
		{"a name behind thanks", "mta is down, thanks, Rajesh Okafor", "thanks rajesh okafor"},
		{"a name behind a greeting", "Hallo Rajesh, de mta draait niet", "hallo rajesh"},
		{"a name that begins a sentence", "thanks Rajesh restarted the mta and it hangs", "thanks"},
		{"a greeting that is all of its clause", "Morning all! mails wait", "morning all"},
		{"the same words in a sentence", "this morning all mails wait", ""},
		{"what cannot be done", "why can i not log in", ""},
		{"a hyphen", "pourriez-vous voir pourquoi mta est bloqué", "pourriezvous pourriez vous"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := ""
			if c.courtesy != "" {
				want = `"` + c.courtesy + `" is courtesy: left out`
			}
			got := index.Explain(c.text)[0]
			if !strings.HasSuffix(got, "left out") {
				got = ""
			}
			if got != want {
				t.Errorf("left out of %q: %s, want %s", c.text, got, want)
			}
		})
	}
}
