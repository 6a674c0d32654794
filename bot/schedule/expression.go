package schedule

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"campaignbot/bot"
)

const exampleCron = "30 8 * * 1-5"

// Parse reads one schedule: its expression or phrase, its zone, its holidays. The error joins a *Problem for everything
// that is wrong.
func Parse(s bot.Schedule) (*Plan, error) {
	p, problems := parse(s)
	if len(problems) > 0 {
		errs := make([]error, len(problems))
		for i := range problems {
			errs[i] = &problems[i]
		}
		return nil, errors.Join(errs...)
	}
	return p, nil
}

func parse(s bot.Schedule) (*Plan, []Problem) {
	var problems []Problem
	add := func(p *Problem) {
		if p != nil {
			problems = append(problems, *p)
		}
	}
	p := &Plan{workdays: s.WorkingDaysOnly, paused: !s.Paused.IsZero(), holidays: make(map[int64]bool, len(s.Holidays))}
	var fault *Problem
	p.loc, fault = zone(s.TimeZone)
	add(fault)
	for i, text := range s.Holidays {
		date, err := time.Parse(time.DateOnly, text)
		if err != nil {
			add(problem("holidays["+strconv.Itoa(i)+"] "+show(text, longName)+" is not a date", "write it as YYYY-MM-DD"))
			continue
		}
		p.holidays[date.Unix()/secondsPerDay] = true
	}
	expr := s.Cron
	switch {
	case s.Cron != "" && s.When != "":
		add(problem("cron and when are both set", "keep one"))
		return nil, problems
	case s.When != "":
		expr, fault = phrase(s.When)
		add(fault)
	}
	if fault := p.setCron(expr); expr != "" || s.When == "" {
		add(fault)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return p, nil
}

// zone loads the zone, and refuses the names that mean a zone of the machine's choice.
func zone(name string) (*time.Location, *Problem) {
	switch {
	case strings.TrimSpace(name) == "":
		return nil, problem("time_zone is missing", "say which time zone, e.g. Europe/Amsterdam").as(FaultZone)
	case strings.EqualFold(name, "local"):
	default:
		if loc, err := bot.LoadZone(name); err == nil {
			return loc, nil
		}
	}
	return nil, problem("time_zone "+show(name, longName)+" is not a time zone", "e.g. Europe/Amsterdam or UTC").as(FaultZone)
}

// setCron reads five cron fields, or a descriptor that stands for them.
func (p *Plan) setCron(expr string) *Problem {
	canonical, fault := canonicalCron(expr)
	if fault != nil {
		return fault
	}
	spec, err := readCron(canonical)
	if err != nil {
		return problem("cron "+show(expr, longExpression)+" is not understood", "write five fields, e.g. "+exampleCron).as(FaultCron)
	}
	const star = 1 << 63 // robfig/cron's mark of a field that is *
	p.cron, p.months = canonical, spec.Month
	p.days, p.weekdays = spec.Dom&^star, spec.Dow&^star
	p.either = spec.Dom&star == 0 && spec.Dow&star == 0
	p.hourly = spec.Hour&^star == 1<<24-1
	for hour := range 24 {
		for minute := range 60 {
			if spec.Hour>>hour&1 == 1 && spec.Minute>>minute&1 == 1 {
				p.times = append(p.times, int64(hour*3600+minute*60))
			}
		}
	}
	if !p.either && !p.dateExists() {
		return problem("cron "+show(expr, longExpression)+" names a date that no month has", "correct the day or the month").as(FaultNever)
	}
	if p.workdays && !p.either && p.weekdays&0b0111110 == 0 {
		return problem("cron "+show(expr, longExpression)+" is due on Saturday and Sunday only, and working_days_only is set", "change one of the two")
	}
	return nil
}

// dateExists reports whether any of the months has any of the days.
func (p *Plan) dateExists() bool {
	longest := [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	for month, days := range longest {
		if p.months>>(month+1)&1 == 1 && p.days&(1<<(days+1)-1) != 0 {
			return true
		}
	}
	return false
}

// readCron lets robfig/cron read the expression. It panics on some inputs; none of those passes canonicalCron, and the
// recovery is for the ones that nobody knows yet.
func readCron(canonical string) (spec *cron.SpecSchedule, err error) {
	defer func() {
		if r := recover(); r != nil {
			spec, err = nil, fmt.Errorf("read cron expression: %v", r)
		}
	}()
	s, err := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(canonical)
	if err != nil {
		return nil, fmt.Errorf("read cron expression: %w", err)
	}
	spec, ok := s.(*cron.SpecSchedule)
	if !ok {
		return nil, fmt.Errorf("read cron expression: got a %T", s)
	}
	return spec, nil
}

var descriptors = map[string]string{
	"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
	"@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
}

// cronField is what one of the five fields may hold.
type cronField struct {
	name     string
	min, max int
	names    []string // of min, min+1, …
}

var cronFields = [...]cronField{
	{name: "minute", min: 0, max: 59},
	{name: "hour", min: 0, max: 23},
	{name: "day of the month", min: 1, max: 31},
	{name: "month", min: 1, max: 12, names: []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
	{name: "weekday", min: 0, max: 6, names: []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
}

// canonicalCron checks the expression field by field and returns it with numbers for names, 0 for Sunday and single
// spaces. What it returns is safe to hand to robfig/cron.
func canonicalCron(expr string) (string, *Problem) {
	text := strings.ToLower(strings.TrimSpace(expr))
	refuse := func(what, todo string) (string, *Problem) {
		return "", problem("cron "+show(expr, longExpression)+" "+what, todo).as(FaultCron)
	}
	fields := strings.Fields(text)
	switch {
	case text == "":
		return "", problem("cron is missing", `say when, e.g. cron: "`+exampleCron+`" or when: every weekday at 08:30`)
	case strings.Contains(text, "="):
		return refuse("names a time zone", "leave it out and set time_zone")
	case strings.HasPrefix(text, "@every"):
		return refuse("has no fixed times of day", "write minutes or hours, e.g. */15 * * * *")
	case strings.HasPrefix(text, "@"):
		if canonical := descriptors[text]; canonical != "" {
			return canonical, nil
		}
		return refuse("is not known", "use @hourly, @daily, @weekly, @monthly, @yearly or five fields, e.g. "+exampleCron)
	case len(fields) == 6 || len(fields) == 7:
		return refuse(fmt.Sprintf("has %d fields; seconds and years cannot be set", len(fields)), "write five: minute, hour, day, month, weekday")
	case len(fields) != len(cronFields):
		return refuse(fmt.Sprintf("has %d of five fields", len(fields)), "write five: minute, hour, day, month, weekday, e.g. "+exampleCron)
	}
	for i, f := range cronFields {
		canonical, what, todo := f.canonical(fields[i])
		if what != "" {
			return refuse("has a wrong "+f.name+": "+what, todo)
		}
		fields[i] = canonical
	}
	return strings.Join(fields, " "), nil
}

// canonical returns the field in numbers, or what is wrong with it and what to do.
func (f cronField) canonical(text string) (canonical, what, todo string) {
	if len(text) > 200 {
		return "", "it is longer than 200 characters", "leave out what stands there twice"
	}
	items := strings.Split(text, ",")
	for i, item := range items {
		items[i], what, todo = f.item(item)
		if what != "" {
			return "", what, todo
		}
	}
	return strings.Join(items, ","), "", ""
}

// item reads one of a list: *, a value, a range, each with or without a step.
func (f cronField) item(item string) (canonical, what, todo string) {
	span, stepText, stepped := strings.Cut(item, "/")
	lowText, highText, ranged := strings.Cut(span, "-")
	high, step := f.max, 1
	if stepped {
		var ok bool
		if step, ok = digits(stepText); !ok || step < 1 || step > f.max-f.min {
			return "", "the step " + show(stepText, longExpression) + " does not fit", fmt.Sprintf("use 1 to %d", f.max-f.min)
		}
	}
	if span == "*" {
		if step == 1 {
			return "*", "", ""
		}
		return "*/" + strconv.Itoa(step), "", ""
	}
	low, ok := f.value(lowText)
	if !ok {
		return "", show(lowText, longExpression) + " cannot stand there", "use " + f.allowed()
	}
	switch {
	case ranged:
		if high, ok = f.value(highText); !ok {
			return "", show(highText, longExpression) + " cannot end a range", "use " + f.allowed()
		}
		if highText == "sun" && low > 0 {
			high = 7
		}
	case !stepped:
		high = low
	case low == 7:
		low = 0
	}
	if low > high {
		return "", "the range " + show(span, longExpression) + " runs backwards", "write two parts with a comma between them"
	}
	if high > f.max { // weekday 7: Sunday
		var list []string
		for v := low; v <= high; v += step {
			list = append(list, strconv.Itoa(v%7))
		}
		return strings.Join(list, ","), "", ""
	}
	if low == high {
		return strconv.Itoa(low), "", ""
	}
	return fmt.Sprintf("%d-%d/%d", low, high, step), "", ""
}

func (f cronField) value(text string) (int, bool) {
	if i := slices.Index(f.names, text); i >= 0 {
		return f.min + i, true
	}
	v, ok := digits(text)
	most := f.max
	if f.name == "weekday" {
		most = 7
	}
	return v, ok && v >= f.min && v <= most
}

func (f cronField) allowed() string {
	text := fmt.Sprintf("%d to %d", f.min, f.max)
	if len(f.names) > 0 {
		text += fmt.Sprintf(", or %s to %s", f.names[0], f.names[len(f.names)-1])
	}
	return text + `; * for all, a-b for a range, commas for a list`
}

// digits reads a number of one to four digits and nothing else.
func digits(text string) (int, bool) {
	if text == "" || len(text) > 4 || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}
