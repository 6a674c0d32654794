package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

const (
	postgresConns = 8
	// migrateLock is the number of the session lock that replicas take while they migrate.
	migrateLock = 0x63616d706169676e
)

type postgresEngine struct{ password string }

// openPostgres prepares the pool and contacts nobody.
func (s *Store) openPostgres(rawURL string) error {
	cfg, err := pgx.ParseConfig(rawURL)
	if err != nil {
		// The parser's error repeats the URL, and with it perhaps the password.
		return errors.New("store: not a valid postgres:// URL (postgres://user:password@host:5432/database)")
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 5 * time.Second
	}
	for name := range cfg.RuntimeParams { // what is meant for the job queue's pool, the server would refuse
		if strings.HasPrefix(name, "pool_") {
			delete(cfg.RuntimeParams, name)
		}
	}
	s.engine = &postgresEngine{password: cfg.Password}
	s.db = stdlib.OpenDB(*cfg)
	s.db.SetMaxOpenConns(postgresConns)
	s.db.SetMaxIdleConns(2)
	s.db.SetConnMaxIdleTime(5 * time.Minute)
	return nil
}

// migrate waits for a replica that is migrating: they hold one lock of the session, which ends with the connection.
func (e *postgresEngine) migrate(ctx context.Context, s *Store) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(migrateLock), lock.WithLockTimeout(1, 60))
	if err != nil {
		return err
	}
	p, err := s.provider(goose.WithSessionLocker(locker))
	if err != nil {
		return err
	}
	if s.current(ctx, p) {
		return nil
	}
	_, err = p.Up(ctx)
	return err
}

// explain shortens the driver's long story of a connection that failed, and hides the password: no driver is known to
// print it, and this makes sure.
func (e *postgresEngine) explain(err error) error {
	var failed *pgconn.ConnectError
	var refused *pgconn.PgError
	var dial *net.OpError
	switch {
	case !errors.As(err, &failed):
	case errors.As(err, &refused):
		return &readable{"PostgreSQL refuses the connection: " + refused.Message, hidden{err}}
	case errors.As(err, &dial) && dial.Addr != nil:
		return &readable{fmt.Sprintf("PostgreSQL at %s cannot be reached: %v", dial.Addr, dial.Err), hidden{err}}
	}
	if e.password == "" || !strings.Contains(err.Error(), e.password) {
		return err
	}
	return &readable{strings.ReplaceAll(err.Error(), e.password, "<secret>"), hidden{err}}
}

func (e *postgresEngine) tables() string {
	return `select count(*) from pg_class where oid = to_regclass($1)`
}

// hidden lets errors.Is look behind a scrubbed error without handing the text out.
type hidden struct{ err error }

func (h hidden) Error() string        { return "<secret>" }
func (h hidden) Is(target error) bool { return errors.Is(h.err, target) }
