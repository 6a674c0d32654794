package delivery

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	_ "modernc.org/sqlite" // the SQLite driver
)

const (
	sqliteScheme = "sqlite://"
	// sqliteParams: a commit here is not synced to the disk by itself. The store's commits are, and with them all that
	// came before in the same log, so that a cursor that survives a power cut has its jobs.
	sqliteParams  = "?_txlock=immediate&_busy_timeout=10000&_journal_mode=WAL&_synchronous=NORMAL"
	postgresConns = 10
	// migrateLock is the number of the session lock that replicas take while they migrate. It is not the store's.
	migrateLock = 0x6361_6d70_6a6f_6273
	// migrateTries is how often a migration is begun that another process may be running on the same file.
	migrateTries = 5
)

// queue is River on one of the two databases.
type queue struct {
	start, stop, stopNow func(context.Context) error
	insert               func(context.Context, []river.InsertManyParams) error
	migrate              func(context.Context) error
	ping                 func(context.Context) error
	close                func()
}

// openQueue opens the pool and makes a client. It does not contact PostgreSQL.
func openQueue(rawURL string, cfg *river.Config) (*queue, error) {
	switch {
	case strings.HasPrefix(rawURL, sqliteScheme):
		return openSQLite(rawURL, cfg)
	case strings.HasPrefix(rawURL, "postgres://"), strings.HasPrefix(rawURL, "postgresql://"):
		return openPostgres(rawURL, cfg)
	}
	return nil, errors.New("delivery: the URL begins with neither sqlite:// nor postgres://")
}

// localDriver is River's SQLite driver without its notification table, which would be polled every 50 ms. One process
// works on a SQLite file, and without a listener River tells its own workers of an insert at once.
type localDriver struct{ *riversqlite.Driver }

func (localDriver) SupportsListener() bool     { return false }
func (localDriver) SupportsListenNotify() bool { return false }

func openSQLite(rawURL string, cfg *river.Config) (*queue, error) {
	path, err := filepath.Abs(strings.TrimPrefix(rawURL, sqliteScheme))
	if err != nil {
		return nil, fmt.Errorf("delivery: %w", err)
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+sqliteParams)
	if err != nil {
		return nil, fmt.Errorf("delivery: open %s: %w", path, err)
	}
	// River runs many statements side by side, and SQLite takes one writer: more connections would only collide.
	db.SetMaxOpenConns(1)
	driver := localDriver{riversqlite.New(db)}
	client, err := river.NewClient(driver, cfg)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("delivery: %w", err), db.Close())
	}
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: cfg.Logger})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("delivery: %w", err), db.Close())
	}
	q := bind(client)
	q.close = func() { db.Close() }
	q.ping = func(ctx context.Context) error { return db.QueryRowContext(ctx, pingStatement).Scan(new(int64)) }
	q.migrate = func(ctx context.Context) error { return migrateFile(ctx, migrator) }
	return q, nil
}

// migrateFile migrates a file that another process may be migrating: there is no lock to wait for, so it looks again.
func migrateFile(ctx context.Context, m *rivermigrate.Migrator[*sql.Tx]) error {
	var err error
	for range migrateTries {
		if _, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return err
}

func openPostgres(rawURL string, cfg *river.Config) (*queue, error) {
	pc, err := pgxpool.ParseConfig(rawURL)
	if err != nil {
		// The parser's error repeats the URL, and with it perhaps the password.
		return nil, errors.New("delivery: not a valid postgres:// URL (postgres://user:password@host:5432/database)")
	}
	if !strings.Contains(rawURL, "pool_max_conns=") {
		pc.MaxConns = postgresConns
	}
	pc.MaxConns = max(pc.MaxConns, 4) // one listens, one holds the lock of a migration
	if pc.ConnConfig.ConnectTimeout == 0 {
		pc.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), pc)
	if err != nil {
		return nil, errors.New("delivery: the postgres:// URL cannot be used")
	}
	driver := riverpgxv5.New(pool)
	client, err := river.NewClient(driver, cfg)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("delivery: %w", err)
	}
	q := bind(client)
	q.close = pool.Close
	q.insert = func(ctx context.Context, params []river.InsertManyParams) error {
		// A client does not announce an insert right after another one, and a job that nobody announced waits until the
		// workers look again. A client of its own announces each.
		inserter, err := river.NewClient(driver, &river.Config{Logger: cfg.Logger, MaxAttempts: cfg.MaxAttempts})
		if err != nil {
			return err
		}
		_, err = inserter.InsertMany(ctx, params)
		return reachable(err)
	}
	q.ping = func(ctx context.Context) error { return reachable(pool.QueryRow(ctx, pingStatement).Scan(new(int64))) }
	q.migrate = func(ctx context.Context) error {
		m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: cfg.Logger})
		if err != nil {
			return err
		}
		return reachable(migratePostgres(ctx, pool, func(ctx context.Context) error {
			_, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
			return err
		}))
	}
	return q, nil
}

// migratePostgres holds a lock of the session while it migrates; the lock ends with the connection.
func migratePostgres(ctx context.Context, pool *pgxpool.Pool, up func(context.Context) error) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, int64(migrateLock)); err != nil {
		return err
	}
	err = up(ctx)
	_, unlock := conn.Exec(context.WithoutCancel(ctx), `select pg_advisory_unlock($1)`, int64(migrateLock))
	return errors.Join(err, unlock)
}

// pingStatement asks for a table of River's, so that a database without its tables does not count as ready.
const pingStatement = `select count(*) from river_queue`

func bind[TTx any](client *river.Client[TTx]) *queue {
	return &queue{
		start:   client.Start,
		stop:    client.Stop,
		stopNow: client.StopAndCancel,
		insert: func(ctx context.Context, params []river.InsertManyParams) error {
			_, err := client.InsertMany(ctx, params)
			return err
		},
	}
}

// reachable turns the driver's long story of a connection that failed into one line. It names the server, and no password.
func reachable(err error) error {
	var ce *pgconn.ConnectError
	if !errors.As(err, &ce) {
		return err
	}
	var refused *pgconn.PgError
	var dial *net.OpError
	switch {
	case errors.As(err, &refused):
		return fmt.Errorf("PostgreSQL refuses the connection: %s", refused.Message)
	case errors.As(err, &dial) && dial.Addr != nil:
		return fmt.Errorf("PostgreSQL at %s cannot be reached: %w", dial.Addr, dial.Err)
	}
	return errors.New("PostgreSQL cannot be reached")
}
