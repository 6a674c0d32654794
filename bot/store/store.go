// Package store keeps what campaignbot must not forget: the languages people chose, how far each schedule got, what
// became of every due time, which messages were posted, and the tasks. One SQL text serves SQLite and PostgreSQL.
//
// It must not send anything, decide when something is due, or ask the database for the time: times come from the caller
// and are kept in milliseconds, UTC. Every method is safe to repeat and safe between replicas.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ErrNotReady is returned by every method until Migrate has succeeded.
var ErrNotReady = errors.New("the store is not ready")

// ErrNotMigrated is returned by a Reader of a store whose tables are not there, or not up to date.
var ErrNotMigrated = errors.New("the store is not migrated")

// ErrNotFound is returned for a task that is not there. It is sql.ErrNoRows too, for callers that do not import this
// package.
var ErrNotFound = fmt.Errorf("not found: %w", sql.ErrNoRows)

// Options are what a Store is made of.
type Options struct {
	URL string // sqlite://relative.db, sqlite:///absolute.db or postgres://…
	// Exclusive takes the SQLite file for this process alone, until Close or the end of the process. PostgreSQL ignores
	// it.
	Exclusive bool
	Log       *slog.Logger // nil: no log
}

// Store is the database. It is safe for concurrent use.
type Store struct {
	db     *sql.DB
	engine engine
	log    *slog.Logger
	ready  atomic.Bool

	migrating sync.Mutex
	lock      *fileLock // SQLite with Exclusive; nil otherwise
}

// engine is what differs between the two databases.
type engine interface {
	// migrate runs up while no other process does the same.
	migrate(ctx context.Context, s *Store) error
	// explain turns a driver's error into one that people can read and that holds no secret.
	explain(err error) error
	// tables is the query that counts the tables of a name.
	tables() string
}

// Open opens the store. A SQLite file is created and locked here; PostgreSQL is not contacted, so that the bot can start
// without it. The caller closes the store.
func Open(opts Options) (*Store, error) {
	s := &Store{log: opts.Log}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	switch {
	case strings.HasPrefix(opts.URL, sqliteScheme):
		err = s.openSQLite(opts.URL, opts.Exclusive)
	case strings.HasPrefix(opts.URL, "postgres://"), strings.HasPrefix(opts.URL, "postgresql://"):
		err = s.openPostgres(opts.URL)
	default:
		err = errors.New("store: the URL begins with neither sqlite:// nor postgres://")
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Close closes the database and gives the lock back.
func (s *Store) Close() error {
	s.ready.Store(false)
	return errors.Join(s.db.Close(), s.lock.release())
}

// Ready reports whether the store can be used now. Its text is short and holds no secret.
func (s *Store) Ready(ctx context.Context) error {
	if !s.ready.Load() {
		return ErrNotReady
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var n int64
	if err := s.db.QueryRowContext(ctx, `select count(*) from cursors where schedule = ''`).Scan(&n); err != nil {
		s.log.Warn("store does not answer", "error", s.engine.explain(err))
		return errors.New("the store does not answer")
	}
	return nil
}

// exec runs one statement and returns how many rows it changed.
func (s *Store) exec(ctx context.Context, what, query string, args ...any) (int64, error) {
	if !s.ready.Load() {
		return 0, notReady(what)
	}
	res, err := s.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, s.failed(what, err)
	}
	n, err := res.RowsAffected()
	return n, s.failed(what, err)
}

// row runs a query for one row; found is false when there is none.
func (s *Store) row(ctx context.Context, what, query string, args []any, dest ...any) (found bool, err error) {
	if !s.ready.Load() {
		return false, notReady(what)
	}
	err = s.db.QueryRowContext(ctx, query, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, s.failed(what, err)
}

// rows runs a query and calls scan for each row.
func (s *Store) rows(ctx context.Context, what string, scan func(scanner) error, query string, args ...any) error {
	if !s.ready.Load() {
		return notReady(what)
	}
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return s.failed(what, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return s.failed(what, err)
		}
	}
	return s.failed(what, rows.Err())
}

// tx runs do in one transaction.
func (s *Store) tx(ctx context.Context, what string, do func(*sql.Tx) error) error {
	if !s.ready.Load() {
		return notReady(what)
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return s.failed(what, err)
	}
	if err := do(tx); err != nil {
		return s.failed(what, errors.Join(err, tx.Rollback()))
	}
	return s.failed(what, tx.Commit())
}

// scanner is a row that can be read.
type scanner interface{ Scan(dest ...any) error }

func (s *Store) failed(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, s.engine.explain(err))
}

func notReady(what string) error { return fmt.Errorf("%s: %w", what, ErrNotReady) }

// readable is an error in words of ours, with the driver's error behind it for errors.Is and errors.As.
type readable struct {
	text string
	err  error
}

func (e *readable) Error() string { return e.text }
func (e *readable) Unwrap() error { return e.err }

// millis is how a time is kept; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
