package store

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"campaignbot/bot"
)

// Reader reads what a bot keeps, beside that bot or without it. It makes no file, runs no migration and changes nothing.
type Reader struct{ store *Store }

// OpenReader opens a store for reading. A SQLite file must be there; PostgreSQL is not contacted. The caller closes the
// reader.
func OpenReader(rawURL string) (*Reader, error) {
	s := &Store{log: slog.New(slog.DiscardHandler)}
	var err error
	if strings.HasPrefix(rawURL, sqliteScheme) {
		err = s.readSQLite(rawURL)
	} else {
		s, err = Open(Options{URL: rawURL})
	}
	if err != nil {
		return nil, err
	}
	return &Reader{s}, nil
}

// Attach looks whether the tables are there and up to date. Otherwise it returns ErrNotMigrated, or why the store does
// not answer. Until it succeeded every other method returns ErrNotReady.
func (r *Reader) Attach(ctx context.Context) error {
	s := r.store
	p, err := s.provider()
	if err != nil {
		return err
	}
	var tables, applied int
	err = s.db.QueryRowContext(ctx, s.engine.tables(), versionTable).Scan(&tables)
	if err == nil && tables > 0 {
		applied, err = s.applied(ctx)
	}
	switch all := len(p.ListSources()); {
	case err != nil:
		return s.failed("look at the store", err)
	case tables == 0:
		return fmt.Errorf("%w: it has no tables yet", ErrNotMigrated)
	case applied < all:
		return fmt.Errorf("%w: its tables are of an older version", ErrNotMigrated)
	}
	s.ready.Store(true)
	return nil
}

// Close closes the reader.
func (r *Reader) Close() error { return r.store.Close() }

// Cursors is that of Store.
func (r *Reader) Cursors(ctx context.Context) ([]Cursor, error) { return r.store.Cursors(ctx) }

// Occurrences is that of Store.
func (r *Reader) Occurrences(ctx context.Context, schedule string, since time.Time, limit int) ([]bot.Occurrence, error) {
	return r.store.Occurrences(ctx, schedule, since, limit)
}

// Schedules is that of Store.
func (r *Reader) Schedules(ctx context.Context) ([]bot.Schedule, error) {
	return r.store.Schedules(ctx)
}

// Misses is that of Store.
func (r *Reader) Misses(ctx context.Context, since time.Time, limit int) ([]bot.Miss, error) {
	return r.store.Misses(ctx, since, limit)
}
