package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"campaignbot/bot"
	"campaignbot/bot/delivery"
	"campaignbot/bot/locale"
	"campaignbot/bot/schedule"
	"campaignbot/bot/slackio"
	"campaignbot/bot/store"
	"campaignbot/handlers"
	"campaignbot/handlers/about"
	"campaignbot/handlers/digest"
	"campaignbot/handlers/language"
	"campaignbot/handlers/reminder"
	"campaignbot/handlers/schedules"
	"campaignbot/handlers/troubleshoot"
	"campaignbot/knowledge/search"
)

// handlerDeadline bounds one handler. An answer comes from memory; only buttons and settings wait for the store.
const handlerDeadline = 5 * time.Second

// buildFeatures makes everything between a request and a reply, and the parts that carry work in between.
func (p *program) buildFeatures(context.Context) error {
	cfg, metrics := p.opts.config, slackio.NewMetrics(p.registry)
	var err error
	p.client, err = slackio.NewClient(slackio.ClientOptions{
		BotToken: cfg.Slack.BotToken.Reveal(), AppToken: cfg.Slack.AppToken.Reveal(), APIURL: cfg.Slack.APIURL,
		Renderer: p.texts.renderer, Metrics: metrics,
	})
	if err != nil {
		return err
	}
	p.chooser, err = locale.NewChooser(locale.ChooserOptions{
		Saved: p.store.Language, Profile: p.client.Locale, Channel: func(channel string) string { return p.settings.Load().channelLanguage(channel) }, Default: cfg.Language, Log: p.opts.log,
	})
	if err != nil {
		return err
	}
	p.closers.add("languages", func(context.Context) error { p.chooser.Close(); return nil })
	set, remind, err := p.features()
	if err != nil {
		return err
	}
	p.router, err = bot.NewRouter(bot.RouterOptions{
		Commands: set.Commands, Actions: set.Actions, Symptom: set.Symptom, Empty: set.Empty,
		Chooser: p.chooser, Allowed: func(req bot.Request) error { return p.settings.Load().allowed(req) },
		Instance: func(channel string) bot.Instance { return p.settings.Load().instance(channel) },
		Observe:  observer(p.registry, set.Commands), Missed: p.missed(), Log: p.opts.log, Deadline: handlerDeadline,
	})
	if err != nil {
		return err
	}
	if err := p.buildDelivery(set, remind); err != nil {
		return err
	}
	p.intake, err = slackio.NewIntake(slackio.IntakeOptions{
		Client: p.client, Router: p.router, Enqueuer: p.delivery, Sender: p.delivery,
		SigningSecret: cfg.Slack.SigningSecret.Reveal(), Public: cfg.Slack.Replies == "channel",
		NewID: newID, Log: p.opts.log, Metrics: metrics,
	})
	return err
}

// features makes the features of the whole bot.
func (p *program) features() (handlers.Set, *reminder.Feature, error) {
	cfg, clock := p.opts.config, p.opts.clock
	languages, err := language.New(language.Options{Choices: p.store, Changed: p.chooser.Forget, Chooser: p.chooser})
	if err != nil {
		return handlers.Set{}, nil, err
	}
	remind, err := reminder.New(reminder.Options{
		Tasks: p.store, Enqueuer: later{p}, ChannelLanguage: p.chooser.ChannelLanguage, Self: func() string { return p.client.Identity().User },
		Clock: clock, Missing: store.ErrNotFound,
		Entry: func(schedule string) string { return p.settings.Load().entries[schedule] },
	})
	if err != nil {
		return handlers.Set{}, nil, err
	}
	overview, err := digest.New(digest.Options{
		Tasks: p.store, InForce: p.timetable, History: p.store, ChannelLanguage: p.chooser.ChannelLanguage, Clock: clock,
	})
	if err != nil {
		return handlers.Set{}, nil, err
	}
	authority := &admins{ids: func() []string { return p.settings.Load().config.Permissions.Admins }, members: p.client.Members, clock: clock, failed: func(group string, err error) {
		p.opts.log.Warn("members of an administrators' group not known", "group", group, "error", err)
	}}
	reminders, err := schedules.New(schedules.Options{
		Timetable: p.timetable, Store: p.store, Missing: store.ErrNotFound, Clock: clock,
		Zone: p.zoneOf, Admin: authority.has, Allowed: func(channel string) bool { return p.settings.Load().mayPostIn(channel) }, CatchUp: catchUp,
	})
	if err != nil {
		return handlers.Set{}, nil, err
	}
	answers, err := troubleshoot.New(troubleshoot.Options{
		Knowledge: p.texts.current, ChannelLanguage: p.chooser.ChannelLanguage, Instance: func(id string) bot.Instance { return p.settings.Load().instanceByID(id) }, Clock: clock,
	})
	if err != nil {
		return handlers.Set{}, nil, err
	}
	entries := p.texts.knowledge
	info, err := about.New(about.Options{
		Version: versionText(),
		Knowledge: func() (string, int, error) {
			e := entries.Current()
			return e.Version(), len(e.Entries()), entries.Failure()
		},
		Mode: cfg.Slack.Mode, Engine: engine(cfg), Schedules: func() int { return len(p.timetable.Schedules()) }, Started: clock.Now(), Clock: clock,
		Config: p.reloadFailure, Slack: p.slackGate.ready, Store: p.storeGate.ready, History: p.store,
	})
	if err != nil {
		return handlers.Set{}, nil, err
	}
	p.closers.run("knowledge folder", func(ctx context.Context) { entries.Watch(ctx, p.opts.log, func(*search.Edition) {}) })
	return handlers.All(handlers.Features{
		Troubleshoot: answers, Schedules: reminders, Language: languages, About: info, Reminder: remind, Digest: overview,
	}), remind, nil
}

// The bounds of what is kept of questions nobody could answer.
const (
	missesWaiting = 64
	missWithin    = 2 * time.Second
)

// missed returns what keeps a question that nobody could answer. A question that the store is too slow for is dropped.
func (p *program) missed() func(bot.Request) {
	asked := make(chan bot.Request, missesWaiting)
	keep := func(ctx context.Context, req bot.Request) {
		ctx, cancel := context.WithTimeout(ctx, missWithin)
		defer cancel()
		if err := p.store.Missed(ctx, req.Args, req.Language, p.opts.clock.Now()); err != nil {
			p.opts.log.Debug("question not kept", "request", req.ID, "error", err)
		}
	}
	p.closers.run("questions without an answer", func(ctx context.Context) {
		for {
			select {
			case <-ctx.Done():
				return
			case req := <-asked:
				keep(ctx, req)
			}
		}
	})
	return func(req bot.Request) {
		select {
		case asked <- req:
		default:
		}
	}
}

// buildDelivery makes the job queue, and the planner that fills it.
func (p *program) buildDelivery(set handlers.Set, remind *reminder.Feature) (err error) {
	cfg := p.opts.config
	p.delivery, err = delivery.New(delivery.Options{
		URL: cfg.Store.URL.Reveal(), Clock: p.opts.clock, Log: p.opts.log, Registerer: p.registry,
		Sender: p.client, Store: p.store, Compose: set.Compose, Withdrawn: p.timetable.withdrawn,
		ComposeTask: func(_ context.Context, t bot.Task) (bot.Reply, error) { return remind.Show(t), nil },
		ComposeChange: func(_ context.Context, t bot.Task, c bot.Change) ([]bot.Outgoing, error) {
			return remind.Change(t, c), nil
		},
		Handlers: map[string]bot.JobHandler{
			bot.JobEvent: func(ctx context.Context, job bot.Job, attempt int) error { return p.intake.Work(ctx, job, attempt) },
		},
	})
	if err != nil {
		return err
	}
	p.planner, err = schedule.New(schedule.Options{
		Schedules: p.settings.Load().configured, Clock: p.opts.clock, Store: p.store, Enqueuer: p.delivery, Log: p.opts.log, Registerer: p.registry,
	})
	return err
}

// later is the delivery, for parts that are made before it.
type later struct{ p *program }

func (l later) Enqueue(ctx context.Context, jobs ...bot.Job) error {
	return l.p.delivery.Enqueue(ctx, jobs...)
}

// observer counts and times what the router did. Every command is there from the start.
func observer(reg prometheus.Registerer, commands []bot.Command) func(command, outcome string, took time.Duration) {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "campaignbot_requests_total", Help: "Requests of people, by command and outcome.",
	}, []string{"command", "outcome"})
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "campaignbot_request_seconds", Help: "Time to find the answer to a request, without sending it.",
		Buckets: []float64{.0001, .0003, .001, .003, .01, .03, .1, .3, 1, 5},
	}, []string{"command"})
	reg.MustRegister(requests, seconds)
	names := []string{"symptom", "empty", "stale"}
	for _, c := range commands {
		names = append(names, c.Verb)
	}
	for _, n := range names {
		for _, o := range []string{"ok", "unanswered", "error", "panic"} {
			requests.WithLabelValues(n, o)
		}
		seconds.WithLabelValues(n)
	}
	return func(command, outcome string, took time.Duration) {
		requests.WithLabelValues(command, outcome).Inc()
		seconds.WithLabelValues(command).Observe(took.Seconds())
	}
}
