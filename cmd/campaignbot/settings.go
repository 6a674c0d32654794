package main

import (
	"bytes"
	"context"

	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"campaignbot/bot"
	"campaignbot/config"
)

// configEvery is how often the configuration file is looked at. It is read whole: only that sees every way in which a file
// is put in the place of another, a link to a mounted folder included.
const configEvery = 2 * time.Second

// settings is what a changed configuration file changes without a restart, ready to be asked.
type settings struct {
	config          *config.Config
	configured      []bot.Schedule
	channelLanguage func(channel string) string
	instance        func(channel string) bot.Instance
	instanceByID    func(id string) bot.Instance
	allowed         func(bot.Request) error
	entries         map[string]string // by schedule: the runbook or check whose steps belong to it
}

// reloadable are the sections of the configuration that settings are made of.
var reloadable = []string{"channels", "instances", "schedules", "permissions", "audit"}

func newSettings(cfg *config.Config) (*settings, error) {
	inForce, problems := schedulesOf(cfg)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	s := &settings{
		config: cfg, configured: plain(inForce), channelLanguage: channelLanguage(cfg), instance: instanceOf(cfg), instanceByID: instanceByID(cfg),
		allowed: allowedIn(cfg.Permissions.Channels), entries: map[string]string{},
	}
	for _, one := range s.configured {
		s.entries[one.ID] = one.Entry
	}
	return s, nil
}

// mayPostIn reports whether the bot may post in a channel.
func (s *settings) mayPostIn(channel string) bool {
	return s.allowed(bot.Request{Channel: channel}) == nil
}

// watchConfig takes over what changes in the configuration file, until ctx ends. A bad file changes nothing; why is logged
// once and shown by about.
func (p *program) watchConfig(ctx context.Context) {
	file := p.opts.config.File
	if file == "" || p.opts.load == nil {
		return
	}
	seen, _ := os.ReadFile(file)
	for ; ctx.Err() == nil; sleep(ctx, configEvery) {
		content, err := os.ReadFile(file)
		if err != nil || bytes.Equal(content, seen) {
			continue // a file that is gone for a moment is being replaced
		}
		seen = content
		if err := p.reconfigure(ctx); err != nil {
			p.notReloaded.Store(&err)
			p.opts.log.Error("configuration is not reloaded, the previous one stays in force", "problems", strings.Split(err.Error(), "\n"))
			continue
		}
		p.notReloaded.Store(nil)
	}
}

// reconfigure puts the configuration as it is now in force, as far as that needs no restart.
func (p *program) reconfigure(ctx context.Context) error {
	cfg, err := p.opts.load()
	if err != nil {
		return err
	}
	next, err := newSettings(cfg)
	if err != nil {
		return err
	}
	if err := p.timetable.configure(ctx, next); err != nil {
		return fmt.Errorf("schedules: %w", err)
	}
	p.opts.log.Info("configuration reloaded", "schedules", len(next.configured))
	if names := needRestart(p.opts.config, cfg); len(names) > 0 {
		p.opts.log.Warn("changes that take effect after a restart", "sections", names)
	}
	return nil
}

// needRestart returns the sections in which two configurations differ and that are not reloadable.
func needRestart(a, b *config.Config) []string {
	var names []string
	x, y := reflect.ValueOf(*a), reflect.ValueOf(*b)
	for i := range x.NumField() {
		name := x.Type().Field(i).Tag.Get("mapstructure")
		if name == "" || !x.Type().Field(i).IsExported() || slices.Contains(reloadable, name) {
			continue
		}
		if !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			names = append(names, name)
		}
	}
	return names
}

// reloadFailure returns why the configuration file as it is now is not in force; nil when it is.
func (p *program) reloadFailure() error {
	if err := p.notReloaded.Load(); err != nil {
		return *err
	}
	return nil
}
