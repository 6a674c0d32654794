package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"campaignbot/bot"
	"campaignbot/bot/adminhttp"
	"campaignbot/bot/delivery"
	"campaignbot/bot/locale"
	"campaignbot/bot/schedule"
	"campaignbot/bot/slackio"
	"campaignbot/bot/store"
	"campaignbot/config"
)

// programOptions are what the running bot is made of.
type programOptions struct {
	config *config.Config
	log    *slog.Logger
	clock  bot.Clock
	load   func() (*config.Config, error) // reads the configuration again; nil: it stays as it is
}

// program is the running bot.
type program struct {
	opts      programOptions
	closers   closers
	registry  *prometheus.Registry
	texts     *texts
	settings  atomic.Pointer[settings]
	timetable *timetable
	store     *store.Store
	client    *slackio.Client
	chooser   *locale.Chooser
	router    *bot.Router
	delivery  *delivery.Delivery
	planner   *schedule.Planner
	intake    *slackio.Intake
	admin     *adminhttp.Server
	httpAddr  string // where HTTP mode listens

	notReloaded atomic.Pointer[error] // why the configuration file as it is now is not in force

	slackGate     gate
	storeGate     gate
	knowledgeGate gate
}

// gate is a readiness check that is known before what it checks.
type gate struct {
	check atomic.Pointer[func(context.Context) error]
}

func (g *gate) set(check func(context.Context) error) { g.check.Store(&check) }

func (g *gate) ready(ctx context.Context) error {
	if check := g.check.Load(); check != nil {
		return (*check)(ctx)
	}
	return adminhttp.Reason("not started")
}

// startProgram starts the parts from the inside out. On an error the caller closes what did start.
func startProgram(ctx context.Context, opts programOptions) (*program, error) {
	p := &program{opts: opts, closers: closers{log: opts.log}, registry: prometheus.NewRegistry()}
	initial, err := newSettings(opts.config)
	if err != nil {
		return p, err
	}
	p.settings.Store(initial)
	p.timetable = newTimetable(p)
	p.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, step := range []func(context.Context) error{
		p.startAdmin, p.openStore, p.loadTexts, p.buildFeatures, p.startDelivery, p.startIntake,
	} {
		if err := step(ctx); err != nil {
			return p, err
		}
	}
	opts.log.Info("started", "version", versionText(), "mode", opts.config.Slack.Mode, "store", engine(opts.config), "schedules", len(initial.configured))
	return p, nil
}

func (p *program) close() error {
	if p.admin != nil {
		p.admin.SetStopping()
	}
	return p.closers.close(closeWithin)
}

func (p *program) startAdmin(context.Context) error {
	p.admin = adminhttp.New(adminhttp.Options{
		Addr:     p.opts.config.Admin.Addr,
		Registry: p.registry,
		Log:      p.opts.log,
		Checks: []adminhttp.Check{
			{Name: "slack", Ready: p.slackGate.ready},
			{Name: "store", Ready: p.storeGate.ready},
			{Name: "knowledge", Ready: p.knowledgeGate.ready},
		},
	})
	if err := p.admin.Start(); err != nil {
		return err
	}
	p.closers.add("admin address", p.admin.Close)
	return nil
}

func (p *program) storeReady(ctx context.Context) error {
	if err := p.store.Ready(ctx); err != nil {
		return adminhttp.Reason(err.Error())
	}
	return p.delivery.Ready(ctx)
}

func (p *program) openStore(context.Context) error {
	s, err := store.Open(store.Options{URL: p.opts.config.Store.URL.Reveal(), Exclusive: true, Log: p.opts.log})
	if err != nil {
		return fmt.Errorf("store.url: %w", err)
	}
	p.store = s
	p.closers.add("store", func(context.Context) error { return s.Close() })
	return nil
}

func (p *program) loadTexts(context.Context) (err error) {
	p.texts, err = loadTexts(p.opts.config.Knowledge.Dir)
	if err == nil {
		p.knowledgeGate.set(func(context.Context) error { return nil })
	}
	return err
}

func engine(cfg *config.Config) string {
	if strings.HasPrefix(cfg.Store.URL.Reveal(), "sqlite:") {
		return "SQLite"
	}
	return "PostgreSQL"
}

// startDelivery migrates the store and starts the workers and the planner. SQLite is local: what fails there fails for
// good. PostgreSQL may come later; until then the bot answers without it.
func (p *program) startDelivery(ctx context.Context) error {
	p.closers.add("delivery", p.delivery.Close)
	p.storeGate.set(p.storeReady)
	ready := false
	if engine(p.opts.config) == "SQLite" {
		if err := p.prepareStore(ctx); err != nil {
			return fmt.Errorf("store.url: %w", err)
		}
		ready = true
	}
	p.closers.run("planner", func(ctx context.Context) {
		for pause := time.Second; !ready && ctx.Err() == nil; pause = min(2*pause, 15*time.Second) {
			err := p.prepareStore(ctx)
			if ready = err == nil; !ready {
				p.opts.log.Warn("store out of reach, trying again", "error", err, "in", pause.String())
				sleep(ctx, pause)
			}
		}
		if err := p.timetable.load(ctx); err != nil && ctx.Err() == nil {
			p.opts.log.Warn("schedules made in Slack not loaded, trying again", "error", err)
		}
		p.planner.Run(ctx)
	})
	p.closers.run("schedules made in Slack", p.timetable.watch)
	p.closers.run("configuration file", p.watchConfig)
	p.closers.run("cleaning", p.clean)
	return nil
}

// clean removes what is over and older than the retention, once a day.
func (p *program) clean(ctx context.Context) {
	for ; ctx.Err() == nil; sleep(ctx, 24*time.Hour) {
		cfg := p.settings.Load().config
		keep := cfg.Audit.Retention
		for _, s := range cfg.Schedules {
			keep = max(keep, 2*s.CatchUp)
		}
		removed, err := p.store.Prune(ctx, p.opts.clock.Now().Add(-keep))
		if err != nil && !errors.Is(err, store.ErrNotReady) {
			p.opts.log.Warn("old rows stay", "error", err)
		} else if removed > 0 {
			p.opts.log.Info("old rows removed", "rows", removed)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func (p *program) prepareStore(ctx context.Context) error {
	if err := p.store.Migrate(ctx); err != nil {
		return err
	}
	if err := p.delivery.Migrate(ctx); err != nil {
		return err
	}
	return p.delivery.Start(ctx)
}

func (p *program) startIntake(ctx context.Context) error {
	if p.opts.config.Slack.Mode == config.ModeHTTP {
		p.identify(func() error { return nil })
		return p.listen(ctx)
	}
	socket := slackio.NewSocket(p.intake)
	p.identify(socket.Ready)
	p.closers.add("answers under way", p.intake.Close)
	p.closers.run("Socket Mode", socket.Run)
	return nil
}

// identify asks Slack who the bot is, beside everything else, until Slack has told it. Slack is ready when it has, and
// when it can be heard.
func (p *program) identify(heard func() error) {
	var unknown atomic.Pointer[adminhttp.Reason]
	say := func(reason adminhttp.Reason) { unknown.Store(&reason) }
	say("the bot token is not checked yet")
	p.slackGate.set(func(context.Context) error {
		if err := heard(); err != nil {
			return adminhttp.Reason(err.Error())
		}
		if reason := unknown.Load(); reason != nil {
			return *reason
		}
		return nil
	})
	p.closers.run("identification", func(ctx context.Context) {
		for pause := time.Second; ctx.Err() == nil; pause = min(2*pause, time.Minute) {
			id, err := p.client.Identify(ctx)
			if err == nil {
				unknown.Store(nil)
				p.opts.log.Info("identified", "team", id.Team, "user", id.User)
				return
			}
			say(adminhttp.Reason(err.Error()))
			p.opts.log.Warn("Slack did not say who the bot is", "error", err, "in", pause.String())
			sleep(ctx, pause)
		}
	})
}

// listen opens the port for Slack's requests.
func (p *program) listen(ctx context.Context) error {
	var open net.ListenConfig
	listener, err := open.Listen(ctx, "tcp", p.opts.config.HTTP.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("http.addr: %s is in use (stop the other program, or choose another port)", p.opts.config.HTTP.Addr)
	}
	if err != nil {
		return fmt.Errorf("http.addr: %w", err)
	}
	p.httpAddr = listener.Addr().String()
	server := slackio.NewServer(p.intake.Handler())
	p.opts.log.Info("listening for Slack", "addr", p.httpAddr)
	p.closers.add("answers under way", p.intake.Close)
	var done sync.WaitGroup
	done.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			p.opts.log.Error("HTTP ended", "error", err)
		}
	})
	p.closers.add("HTTP", func(ctx context.Context) error {
		defer done.Wait()
		return server.Shutdown(ctx)
	})
	return nil
}

// newID returns a reference that people can read out: ten characters without look-alikes.
func newID() string {
	const alphabet = "23456789abcdefghjkmnpqrstuvwxyz"
	var b [10]byte
	_, _ = rand.Read(b[:])
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b[:])
}
