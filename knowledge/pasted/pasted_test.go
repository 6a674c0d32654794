package pasted

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var modules = map[string]bool{
	"watchdog": true, "web": true, "syslogd": true, "trackinglogd": true, "mta": true, "stat": true, "wfserver": true, "inMail": true,
}

func known(name string) bool { return modules[name] }

const pdump = `12:09:54 >   Application server for Adobe Campaign Classic (7.X YY.R build 9282@f1c2) of 01/02/2021
watchdog (7993) - 7.9 Mb
syslogd@default (7998) - 10.5 Mo
web@default (8000) - 300 MB
wfserver@prod (9000) - 20 Mo
inMail@prod (9001) - 2 Mo
`

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Output
	}{
		{"words are left as they are", "mails are not leaving", Output{Rest: "mails are not leaving"}},
		{"a list of pdump, memory in any unit", pdump, Output{Pdump: true, Build: 9282, Processes: []Process{
			{"watchdog", "", 7993}, {"syslogd", "default", 7998}, {"web", "default", 8000}, {"wfserver", "prod", 9000}, {"inMail", "prod", 9001},
		}}},
		{
			"words around it are kept, the prompt and the command are not", "no mail since 8:00, look\n```\nneolane@app:~$ nlserver pdump\n" + pdump + "```\nhelp",
			Output{Pdump: true, Build: 9282, Rest: "no mail since 8:00, look\n\n\nhelp", Processes: []Process{
				{"watchdog", "", 7993}, {"syslogd", "default", 7998}, {"web", "default", 8000}, {"wfserver", "prod", 9000}, {"inMail", "prod", 9001},
			}},
		},
		{"nothing runs", "$ nlserver pdump\n12:09:54 > Application server for Adobe Campaign Classic (7.3.5 build 9368@1) of 1/1/2024\nNo tasks\n", Output{Pdump: true, Build: 9368}},
		{"nothing runs, in other words", "no task", Output{Pdump: true}},
		{"nothing runs, in capitals", "NO TASKS", Output{Pdump: true}},
		{"no tasks among other talk is talk", "I see nothing in my list\nno tasks\nwhen is the sprint", Output{Rest: "I see nothing in my list\nwhen is the sprint"}},
		{"one quoted process is no list", "mta uses too much:\nmta@prod (12345) - 2000 MB", Output{
			Processes: []Process{{"mta", "prod", 12345}}, Rest: "mta uses too much:\nmta@prod (12345) - 2000 MB",
		}},
		{"bullets, times, colours, dashes and sizes of all sorts", "• watchdog (1) – 9.2 MB\n12:03:01 > \x1b[32msyslogd@default (2) - 10 Mo\x1b[0m\nweb@default (3) - 1\u202f900,2 Mo", Output{
			Pdump: true, Processes: []Process{{"watchdog", "", 1}, {"syslogd", "default", 2}, {"web", "default", 3}},
		}},
		{"a list on one line", "watchdog (1) - 9.2 MB syslogd@default (2) - 10 Mo web@default (3) - 30 Mo", Output{
			Pdump: true, Processes: []Process{{"watchdog", "", 1}, {"syslogd", "default", 2}, {"web", "default", 3}},
		}},
		{"a list that ends in the middle of a line", "watchdog (1) - 9.2 MB\nsyslogd@default (2) - 10 Mo\nmta@prod (3) - 1 Mo\nweb@defau", Output{
			Pdump: true, Cut: true, Processes: []Process{{"watchdog", "", 1}, {"syslogd", "default", 2}, {"mta", "prod", 3}},
		}},
		{"a missing process of an unknown name", "nlserver monitor -missing\n10:00:00 > Application server for Adobe Campaign Classic (7.3 build 9368@1) of 1/1/2024\nnmac@prod", Output{
			Monitor: true, Build: 9368, Missing: []Process{{Module: "nmac", Instance: "prod"}},
		}},
		{"both lists at once", "$ nlserver pdump\nwatchdog (1) - 9 MB\nsyslogd@default (2) - 9 MB\n$ nlserver monitor -missing\nmta@prod\n", Output{
			Monitor: true, Processes: []Process{{"watchdog", "", 1}, {"syslogd", "default", 2}}, Missing: []Process{{Module: "mta", Instance: "prod"}},
		}},
		{"the all-clear is not given over lines that were not read", "nlserver monitor -missing\n10:00:00 > Application server for Adobe Campaign Classic (7.3 build 9368@1) of 1/1/2024\nsomething odd", Output{
			Build: 9368, Rest: "something odd",
		}},
		{"no tasks in a sentence is a sentence", "there are no tasks in the list", Output{Rest: "there are no tasks in the list"}},
		{
			"monitor -missing", "nlserver monitor -missing\n10:00:00 > Application server for Adobe Campaign Classic (7.3 build 9368@1) of 1/1/2024\nmta@prod\nstat@prod\n",
			Output{Monitor: true, Build: 9368, Missing: []Process{{Module: "mta", Instance: "prod"}, {Module: "stat", Instance: "prod"}}},
		},
		{
			"nothing is missing", "nlserver monitor -missing\n10:00:00 > Application server for Adobe Campaign Classic (7.3 build 9368@1) of 1/1/2024\n",
			Output{Monitor: true, Build: 9368},
		},
		{"two bare names are a list of missing ones", "mta@prod\nstat@prod", Output{Monitor: true, Missing: []Process{{Module: "mta", Instance: "prod"}, {Module: "stat", Instance: "prod"}}}},
		{"one bare name is a question", "wfserver@prod", Output{Rest: "wfserver@prod"}},
		{"a question that names the command is a question", "nlserver monitor -missing shows wfserver", Output{Rest: "nlserver monitor -missing shows wfserver"}},
		{"a list of something else", "bash (77) - 1 MB\nnginx (78) - 1 MB", Output{Rest: "bash (77) - 1 MB\nnginx (78) - 1 MB"}},
		{
			"of a log the errors are left, without times and numbers",
			"2024-03-01T06:00:01.000Z\t0000156E\t0000156E\t1\tinfo\tlog\tStarted\n" +
				"2024-03-01T06:00:02.000Z\t0000156E\t0000156E\t1\twarning\tlog\tSlow\n" +
				"2024-03-01T06:00:03.000Z\t0000156E\t0000156E\t1\terror\tlog\tWDB-200001 cannot connect (iRc=-2006)\n",
			Output{Log: Log{3, 1, 1, time.Date(2024, 3, 1, 6, 0, 3, 0, time.UTC)}, Rest: "WDB-200001 cannot connect (iRc=-2006)"},
		},
		{
			"a log without errors is left whole", "[2024-03-01 06:00:01] info one\n[2024-03-01 06:00:02] info two",
			Output{Log: Log{2, 0, 0, time.Date(2024, 3, 1, 6, 0, 2, 0, time.UTC)}, Rest: "info one\ninfo two"},
		},
		{"a time in a sentence is not a log", "2024-03-01 08:00 mails stopped", Output{Rest: "2024-03-01 08:00 mails stopped"}},
		{
			"names of workflows and deliveries", `workflow 'billing' and WKF42 failed, delivery 351981208 and DM7 too`,
			Output{Workflows: []string{"billing", "WKF42"}, Deliveries: []string{"351981208", "DM7"}, Rest: `workflow 'billing' and WKF42 failed, delivery 351981208 and DM7 too`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Read(c.text, known)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEndlessTextTakesNoTime(t *testing.T) {
	for name, text := range map[string]string{
		"one word a million times": strings.Repeat("mta ", 1_000_000),
		"one line of a megabyte":   strings.Repeat("a@", 500_000),
		"a million lines":          strings.Repeat("mta@prod\n", 1_000_000),
		"spaces":                   strings.Repeat(" ", 1_000_000) + "(1)",
		"digits":                   strings.Repeat("1 ", 500_000),
		"quotes":                   strings.Repeat("workflow '", 100_000),
		"not UTF-8":                strings.Repeat("\xff", 1_000_000),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			o := Read(text, known)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("took %s", took)
			}
			if len(o.Processes) > maxProcesses || len(o.Missing) > maxProcesses || len(o.Rest) > 2*maxBytes {
				t.Errorf("%d processes, %d missing, %d bytes", len(o.Processes), len(o.Missing), len(o.Rest))
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		pdump, "No tasks", "nlserver monitor -missing\nmta@prod\nstat@prod", "2024-03-01T06:00:03.000Z 1 error log X (iRc=-52)",
		"[2024-13-41 99:99] error", "workflow 'a' DM1 WKF2", "\xff\n```\n> mta@ (1)", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o := Read(text, known)
		if !utf8.ValidString(o.Rest) {
			t.Errorf("%q is not UTF-8", o.Rest)
		}
		for i, p := range append(o.Processes, o.Missing...) {
			if i < len(o.Processes) && !known(p.Module) || strings.ContainsAny(p.Instance, " \n`") {
				t.Errorf("%+v is no process", p)
			}
		}
		if o.Pdump && o.Monitor {
			t.Error("a list is one of pdump or of monitor")
		}
	})
}

func BenchmarkRead(b *testing.B) {
	text := strings.Repeat(pdump+"2024-03-01T06:00:03.000Z\t0000156E\t1\terror\tlog\tX (iRc=-52)\n", 20)
	b.ReportAllocs()
	for b.Loop() {
		Read(text, known)
	}
}
