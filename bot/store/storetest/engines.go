// Package storetest is the one suite that every database of package store must pass, and the helpers that open a fresh
// database for a test of any package.
//
// PostgreSQL is tested when CAMPAIGNBOT_TEST_POSTGRES holds a postgres:// URL whose user may create databases. Without it
// those tests are skipped, except in CI, where they fail.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of the database that holds the others

	"campaignbot/bot/store"
)

const postgresEnv = "CAMPAIGNBOT_TEST_POSTGRES"

// Engines runs test once for each database, with the store URL of a fresh, empty one.
func Engines(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite returns the store URL of a file in a folder of the test.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite://" + filepath.Join(t.TempDir(), "campaignbot.db")
}

// Postgres returns the store URL of a fresh database, which is dropped when the test ends. It skips the test when there
// is no server to make one on.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv(postgresEnv)
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal(postgresEnv + " is not set: PostgreSQL must be tested in CI")
		}
		t.Skip("PostgreSQL is not tested: run `make test`, or set " + postgresEnv + " to a postgres:// URL whose user may create databases")
	}
	name := "campaignbot_test_" + strings.ToLower(rand.Text()[:12])
	admin(t, server, `create database `+name)
	t.Cleanup(func() { admin(t, server, `drop database if exists `+name+` with (force)`) })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is not a URL", postgresEnv)
	}
	u.Path = "/" + name
	return u.String()
}

// Open opens the store at a URL and migrates it. It is closed when the test ends.
func Open(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

func admin(t testing.TB, server, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatalf("%s cannot be used", postgresEnv)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// Exec runs a statement on the database at a URL, past the store.
func Exec(t testing.TB, url, statement string) {
	t.Helper()
	driver, address := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite://"); ok {
		driver, address = "sqlite", path
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
