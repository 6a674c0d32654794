package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

const versionTable = "schema_versions"

// Migrate brings the tables up to date. Several replicas may call it at once. Until it succeeded every other method
// returns ErrNotReady.
func (s *Store) Migrate(ctx context.Context) error {
	s.migrating.Lock()
	defer s.migrating.Unlock()
	if err := s.engine.migrate(ctx, s); err != nil {
		return fmt.Errorf("migrate the store: %w", s.engine.explain(err))
	}
	s.ready.Store(true)
	return nil
}

func (s *Store) provider(opts ...goose.ProviderOption) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectPostgres
	if _, ok := s.engine.(*sqliteEngine); ok {
		dialect = goose.DialectSQLite3
	}
	opts = append(opts, goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithSlog(s.log))
	return goose.NewProvider(dialect, s.db, files, opts...)
}

// current reports whether every migration has run; it only reads. goose's own question would create its table.
func (s *Store) current(ctx context.Context, p *goose.Provider) bool {
	n, err := s.applied(ctx)
	return err == nil && n >= len(p.ListSources())
}

// applied counts the migrations that have run. Without any there is no table to count in, which is an error.
func (s *Store) applied(ctx context.Context) (n int, err error) {
	err = s.db.QueryRowContext(ctx, `select count(*) from `+versionTable+` where version_id > 0`).Scan(&n)
	return n, err
}
