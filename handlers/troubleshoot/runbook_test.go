package troubleshoot

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/knowledge"
)

// press finds the button with the action and the label, and presses it.
func (r rig) press(t *testing.T, user string, reply bot.Reply, action, label string) bot.Reply {
	t.Helper()
	for _, p := range reply.Parts {
		row, ok := p.(bot.Buttons)
		if !ok {
			continue
		}
		for _, b := range row.Items {
			if b.Action != action || label != "" && b.Label.Key != label {
				continue
			}
			for _, a := range r.Actions() {
				if a.ID == action {
					next, err := a.Handle(context.Background(), bot.Request{Surface: bot.Button, Language: "en", User: user, Channel: "C1", Value: b.Value})
					if err != nil {
						t.Fatal(err)
					}
					return next
				}
			}
		}
	}
	t.Fatalf("there is no button %s %s", action, label)
	return bot.Reply{}
}

func (r rig) plain(reply bot.Reply) string {
	if reply.Language == "" {
		reply.Language = "en"
	}
	return r.renderer.Plain(reply)
}

func TestEveryWalkEnds(t *testing.T) {
	r := newRig(t)
	for _, e := range r.library.OfKind(knowledge.KindRunbook) {
		t.Run(e.ID, func(t *testing.T) {
			for _, o := range outcomes {
				reply := r.press(t, "U1", r.Card(bot.Request{Language: "en"}, e), actionStart, "")
				if reply.To != bot.ToChannel {
					t.Fatalf("the walk starts in %q", reply.To)
				}
				for range len(e.Steps) {
					if !slices.ContainsFunc(reply.Parts, func(p bot.Part) bool { _, ok := p.(bot.Steps); return ok }) {
						break
					}
					reply = r.press(t, "U1", reply, actionStep, "runbook."+o.key)
					if reply.To != bot.InPlace {
						t.Fatalf("a step is shown in %q", reply.To)
					}
					for _, p := range reply.Parts {
						if row, ok := p.(bot.Buttons); ok {
							for _, b := range row.Items {
								if len(b.Value) > 2000 {
									t.Fatalf("a button holds %d bytes", len(b.Value))
								}
							}
						}
					}
				}
				got := r.plain(reply)
				ended := strings.Contains(got, "in het ticket") || strings.Contains(got, "Hier gaat het verder")
				if !ended || strings.Contains(got, "!runbook") {
					t.Errorf("%s leads to\n%s", o.key, got)
				}
			}
		})
	}
}

func TestAWalkKeepsWhoDidWhat(t *testing.T) {
	r := newRig(t)
	e, _ := r.library.Entry("disk-full")
	reply := r.press(t, "U0ANN", r.Card(bot.Request{Language: "en"}, e), actionStart, "")
	first := reply
	reply = r.press(t, "U0ANN", reply, actionStep, "runbook.not_helped")
	again := r.press(t, "U0ANN", first, actionStep, "runbook.not_helped")
	if r.plain(again) != r.plain(reply) {
		t.Error("two presses at the same step lead to different messages")
	}
	reply = r.press(t, "U0BRAM", reply, actionStep, "runbook.fixed")
	got := r.plain(reply)
	if reply.Language != "nl" {
		t.Errorf("the walk is in %q, want the channel's language", reply.Language)
	}
	for _, want := range []string{"Hielp niet · @U0ANN", "Opgelost · @U0BRAM", e.Steps[0].Title.In("nl"), "in het ticket"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestAWalkOfNobodyIsStale(t *testing.T) {
	r := newRig(t)
	for _, value := range []string{
		"", "disk-full", "disk-full@prod", "nothing@ space:n:U1", "mta@ running:n:U1", "disk-full@prod nothing:n:U1", "disk-full@prod space:x:U1",
		"disk-full@prod " + "space", strings.Repeat("a ", 900),
	} {
		if _, err := r.step(context.Background(), bot.Request{Language: "en", Value: value}); err == nil {
			t.Errorf("%q was walked", value)
		}
		if _, err := r.start(context.Background(), bot.Request{Language: "en", Value: value}); err == nil && value != "disk-full" && value != "disk-full@prod" {
			t.Errorf("%q was started", value)
		}
	}
}

func FuzzWalk(f *testing.F) {
	r := newRig(f)
	for _, seed := range []string{"disk-full@prod", "disk-full@ space:n:U1 top-users:f:", "a:b:c", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, handle := range []bot.Handler{r.step, r.start, r.open} {
			reply, err := handle(context.Background(), bot.Request{Language: "en", Value: value})
			if err == nil && reply.Title.IsZero() {
				t.Errorf("%q is answered with nothing", value)
			}
		}
	})
}

func TestRunbookByAnyName(t *testing.T) {
	r := newRig(t)
	for asked, want := range map[string]string{
		"disk-full": "disk-full", "Disk Full": "disk-full", "disk-ful": "disk-full", "RB-15": "disk-full", "15": "disk-full",
		"check-failed-exports": "check-failed-exports", "conflict-syslogd-port": "conflict-syslogd-port",
	} {
		if !r.fitsRunbook(asked) {
			t.Errorf("%q does not fit", asked)
			continue
		}
		reply, err := r.runbook(context.Background(), bot.Request{Language: "en", Args: asked})
		if err != nil || !strings.Contains(r.plain(reply), want) {
			t.Errorf("%q: %v\n%s", asked, err, r.plain(reply))
		}
	}
	if _, err := r.runbook(context.Background(), bot.Request{Language: "en", Args: "frobnicate"}); err == nil {
		t.Error("there is a runbook frobnicate")
	}
	if r.fitsRunbook("for the new colleague please") {
		t.Error("a sentence is taken for a name")
	}
}

func TestErrorCodes(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		name, asked string
		instance    bot.Instance
		want        []string
		kind        bot.Kind
	}{
		{"a known code", "PGS-220000", bot.Instance{}, []string{"PGS-220000 · PostgreSQL", "Modules", "[wfserver]"}, bot.KindError},
		{"in lower case, without the hyphen", "pgs220000", bot.Instance{}, []string{"PGS-220000"}, bot.KindError},
		{"of a known family", "PGS-229999", bot.Instance{}, []string{"itself is not known here", "PostgreSQL"}, bot.KindError},
		{"the family", "PGS", bot.Instance{}, []string{"Known codes", "PGS-220000"}, bot.KindError},
		{"a return code", "(iRc=-52)", bot.Instance{}, []string{"iRc=-52"}, bot.KindError},
		{"a defect of an older build", "NEO-30047", bot.Instance{ID: "prod", Build: "9282"}, []string{"Fixed in 7.1 (21.1.3), build 9330", "still in it"}, bot.KindError},
		{"a defect that is fixed", "NEO-30047", bot.Instance{ID: "prod", Build: "9368"}, []string{"it has the fix"}, bot.KindError},
		{"a defect of an unknown build", "neo-30047", bot.Instance{}, []string{"Which build do you run?"}, bot.KindError},
		{"a defect nobody knows", "NEO-99999", bot.Instance{}, []string{"NEO-99999", "itself is not known here"}, bot.KindError},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !r.fitsError(c.asked) {
				t.Fatalf("%q does not fit", c.asked)
			}
			reply, err := r.errorCode(context.Background(), bot.Request{Language: "en", Args: c.asked, Instance: c.instance})
			if err != nil || reply.Answer.Kind != c.kind {
				t.Fatalf("%v, %+v", err, reply.Answer)
			}
			for _, want := range c.want {
				if got := r.plain(reply); !strings.Contains(got, want) {
					t.Errorf("%q is not in\n%s", want, got)
				}
			}
		})
	}
	if _, err := r.errorCode(context.Background(), bot.Request{Language: "en", Args: "ZZZ-123456"}); err == nil {
		t.Error("a code of nobody is known")
	}
	for _, text := range []string{"", "PGS-220000 in the log", "rate is high"} {
		if r.fitsError(text) {
			t.Errorf("%q is taken for a code", text)
		}
	}
}

// TestTheInstanceStays presses every button of answers that were asked for an instance: what they show is about it too.
func TestTheInstanceStays(t *testing.T) {
	r := newRig(t)
	for _, text := range []string{"runbook emails-not-leaving@acc7", "error PGS-220000@acc7", "module mta@acc7", "find stat@acc7 and mta@acc7 are down, mails wait"} {
		t.Run(text, func(t *testing.T) {
			verb, args, _ := strings.Cut(text, " ")
			handle := map[string]bot.Handler{"runbook": r.runbook, "error": r.errorCode, "module": r.module, "find": r.Symptom}[verb]
			reply, err := handle(context.Background(), bot.Request{Surface: bot.Terminal, Language: "en", Args: args})
			if err != nil {
				t.Fatal(err)
			}
			pressed := 0
			for _, action := range r.Actions() {
				for _, value := range pressable(reply, action.ID) {
					pressed++
					shown, err := action.Handle(context.Background(), bot.Request{Language: "en", Value: value, Args: value})
					if err != nil {
						t.Fatal(err)
					}
					if text := r.plain(shown); strings.Contains(text, "<inst>") || !strings.Contains(text, "acc7") {
						t.Errorf("%s %q is about another instance:\n%s", action.ID, value, text)
					}
					for _, next := range pressable(shown, actionStep) {
						if !strings.HasPrefix(next, "emails-not-leaving@acc7 ") {
							t.Errorf("the walk goes on with %q", next)
						}
					}
				}
			}
			if pressed == 0 {
				t.Errorf("%d buttons in\n%s", pressed, r.plain(reply))
			}
		})
	}
}

// pressable are the values of an action's buttons.
func pressable(reply bot.Reply, action string) (values []string) {
	for _, part := range reply.Parts {
		if row, ok := part.(bot.Buttons); ok {
			for _, b := range row.Items {
				if b.Action == action {
					values = append(values, b.Value)
				}
			}
		}
	}
	return values
}

func TestWhatAdobeRunsIsSaidEverywhere(t *testing.T) {
	r := newRig(t)
	for _, text := range []string{"runbook emails-not-leaving@hybrid", "error SMTP-550@hybrid", "module mta@hybrid"} {
		verb, args, _ := strings.Cut(text, " ")
		handle := map[string]bot.Handler{"runbook": r.runbook, "error": r.errorCode, "module": r.module}[verb]
		for _, with := range []string{args, strings.TrimSuffix(args, "@hybrid")} {
			reply, err := handle(context.Background(), bot.Request{Surface: bot.Terminal, Language: "en", Args: with})
			if err != nil {
				t.Fatal(err)
			}
			if said := strings.Contains(r.plain(reply), "Check which server is yours"); said != (with == args) {
				t.Errorf("%s %s: said is %v in\n%s", verb, with, said, r.plain(reply))
			}
		}
	}
}

// standing is a clock that stands.
type standing time.Time

func (a standing) Now() time.Time { return time.Time(a) }

func TestWhatIsPastedIsRead(t *testing.T) {
	r := newRig(t)
	r.opts.Clock = standing(time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC))
	const head = "nlserver pdump\n12:09:54 > Application server for Adobe Campaign Classic (7.X YY.R build 9282@f1) of 1/2/2021\n"
	const rest = "watchdog (1) - 7 Mb\nsyslogd@default (2) - 10 Mo\nweb@default (3) - 30 MB\nwfserver@acc (4) - 2 Mo\ninMail@acc (5) - 2 Mo\n"
	for _, c := range []struct {
		name, text string
		modules    string
		want       []string
	}{
		{"a list without stat and mta", head + rest, "stat mta", []string{"Build 9282", "`stat@acc`, `mta@acc`", "nlserver start stat@acc", "nlserver start mta@acc"}},
		{"a list without mta", head + rest + "stat@acc (6) - 2 Mo", "mta", []string{"Missing: `mta@acc`", "mta · mail sending server"}},
		{"a whole list", head + rest + "stat@acc (6) - 2 Mo\nmta@acc (7) - 9 Mo", "", []string{"All processes of a stand-alone server"}},
		{"a whole list and a symptom", "bounces are not coming in\n" + head + rest + "stat@acc (6) - 2 Mo\nmta@acc (7) - 9 Mo", "inMail", []string{"7 processes", "inMail ·"}},
		{"a front server is not missing what only others run", head + "watchdog (1) - 7 Mb\nsyslogd@default (2) - 10 Mo\nweb@default (3) - 30 MB\ntrackinglogd@default (4) - 1 Mo", "", []string{"No process of an instance is in this list"}},
		{"nothing runs", head + "No tasks", "watchdog", []string{"No process runs", "watchdog ·"}},
		{"monitor -missing", "nlserver monitor -missing\nmta@prod\nwfserver@prod", "mta wfserver", []string{"`mta@prod`, `wfserver@prod`"}},
		{
			"a log: its error decides", "2024-03-01T10:00:00.000Z 0001 0001 1 info log mta started\n2024-03-01T10:00:01.000Z 0001 0001 1 info log stat granted\n" +
				"2024-03-01T10:00:02.000Z 0001 0001 1 error log POP3 connection to the bounce mailbox refused", "inMail", []string{"errors: 1", "inMail ·"},
		},
		{"an all-clear of monitor -missing needs nothing but its banner", "nlserver monitor -missing\n12:00:00 > Application server for Adobe Campaign Classic (7.X YY.R build 9282@f1) of 1/2/2021", "", []string{"No process is missing"}},
		{"a missing process that no entry is about is no all-clear", "nlserver monitor -missing\nanalytics9@prod", "", []string{"Missing: `analytics9@prod`", "I do not know"}},
		{"a list that was cut off shows nothing missing", head + "watchdog (1) - 7 Mb\nsyslogd@default (2) - 10 Mo\nweb@default (3) - 30 MB\nwfserver@a", "", []string{"ends in the middle of a line", "I do not know"}},
		{
			"a frozen log", "2024-03-01T05:00:00.000Z 0001 0001 1 info log batch opened\n2024-03-01T05:00:01.000Z 0001 0001 1 info log batch closed", "",
			[]string{"The last line is 6 hours 59 minutes old", "I do not know", "[syslogd]"},
		},
		{"a code in ten lines of noise", strings.Repeat("lorem ipsum\n", 9) + "XX PGS-220000 YY", "wfserver", []string{"PGS-220000 · PostgreSQL"}},
		{"a workflow and a delivery", head + rest + "stat@acc (6) - 2 Mo\nWKF42 sends DM77", "mta", []string{"Workflow: `WKF42`", "Delivery: `DM77`"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			reply, err := r.Symptom(context.Background(), bot.Request{Surface: bot.Terminal, Language: "en", Args: c.text})
			if err != nil {
				t.Fatal(err)
			}
			var modules []string
			for _, m := range reply.Answer.Modules {
				modules = append(modules, m.Name)
			}
			if got := strings.Join(modules, " "); !strings.HasPrefix(got, c.modules) || c.modules == "" && got != "" {
				t.Errorf("modules %q, want %q", got, c.modules)
			}
			for _, want := range c.want {
				if got := r.plain(reply); !strings.Contains(got, want) {
					t.Errorf("%q is not in\n%s", want, got)
				}
			}
		})
	}
}
