package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"campaignbot/bot/store"
	"campaignbot/bot/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store { return storetest.Open(t, storetest.SQLite(t)) })
}

func TestPostgres(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store { return storetest.Open(t, storetest.Postgres(t)) })
}

func TestNotReadyBeforeMigrate(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) { storetest.NotReady(t, open(t, store.Options{URL: url})) })
}

func TestMigrateByManyAtOnce(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		var wg sync.WaitGroup
		for range 4 {
			s := open(t, store.Options{URL: url})
			for range 2 {
				wg.Go(func() {
					if err := s.Migrate(t.Context()); err != nil {
						t.Error(err)
					} else if err := s.Ready(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
	})
}

func TestTwoStoresShareWhatIsKept(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		one, two := storetest.Open(t, url), storetest.Open(t, url)
		if err := one.SetLanguage(t.Context(), "U1", "fr"); err != nil {
			t.Fatal(err)
		}
		if got, err := two.Language(t.Context(), "U1"); got != "fr" || err != nil {
			t.Fatalf("got %q, %v", got, err)
		}
	})
}

func TestClosedStoreIsNotReady(t *testing.T) {
	s := open(t, store.Options{URL: storetest.SQLite(t)})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); !errors.Is(err, store.ErrNotReady) {
		t.Fatalf("got %v", err)
	}
}

func TestExclusive(t *testing.T) {
	url := storetest.SQLite(t)
	first, err := store.Open(store.Options{URL: url, Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(store.Options{URL: url, Exclusive: true})
	if err == nil || !strings.Contains(err.Error(), "is in use by another campaignbot (stop it, or use PostgreSQL for several replicas)") {
		t.Fatalf("the second one got %v", err)
	}
	reader := open(t, store.Options{URL: url})
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := reader.Migrate(short); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Fatalf("migrating a file that is in use: %v", err)
	}
	if err := first.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := reader.Migrate(t.Context()); err != nil {
		t.Fatalf("a command that only reads: %v", err)
	}
	if _, err := reader.Language(t.Context(), "U1"); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, store.Options{URL: url, Exclusive: true})
}

func TestOpenRefusesWhatItCannotUse(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, bytes.Repeat([]byte("this is a letter to a friend\n"), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, url, want string
	}{
		{"no scheme", "campaignbot.db", "begins with neither sqlite:// nor postgres://"},
		{"another database", "mysql://u:geheim@host/db", "begins with neither"},
		{"no file", "sqlite://", "names no file"},
		{"a database in memory", "sqlite://:memory:", "names no file"},
		{"parameters", "sqlite://x.db?mode=ro", "names no file"},
		{"a folder", "sqlite://" + dir, "is a folder"},
		{"a folder that is not there", "sqlite://" + dir + "/no/x.db", "does not exist"},
		{"a file system that takes no files", "sqlite:///proc/campaignbot.db", "nothing can be created in it"},
		{"a file of another kind", "sqlite://" + text, "is not a SQLite database"},
		{"a PostgreSQL URL that cannot be read", "postgres://bot:geheim@host:notaport/db", "not a valid postgres:// URL"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := store.Open(store.Options{URL: c.url})
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "geheim") {
				t.Fatalf("got %q, want it to say %q and no password", err, c.want)
			}
		})
	}
}

func TestFileIsPrivate(t *testing.T) {
	url := storetest.SQLite(t)
	open(t, store.Options{URL: url})
	info, err := os.Stat(strings.TrimPrefix(url, "sqlite://"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %o", info.Mode().Perm())
	}
}

func TestRelativePathAndOddNames(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"relative.db", "with space & 100%.db", "ünï.db"} {
		s := open(t, store.Options{URL: "sqlite://" + name})
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(name); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPostgresOutOfReach(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := closed.Addr().String()
	closed.Close()
	var log bytes.Buffer
	s := open(t, store.Options{URL: fmt.Sprintf("postgres://bot:geheim@%s/db", addr), Log: slog.New(slog.NewTextHandler(&log, nil))})
	err = s.Migrate(t.Context())
	if err == nil || !strings.Contains(err.Error(), "PostgreSQL at "+addr+" cannot be reached") || strings.Contains(err.Error(), "\n") {
		t.Fatalf("got %v", err)
	}
	_, lang := s.Language(t.Context(), "U1")
	for _, err := range []error{err, lang, s.Ready(t.Context())} {
		if strings.Contains(fmt.Sprintf("%v %+v", err, err), "geheim") || strings.Contains(log.String(), "geheim") {
			t.Fatalf("the password is in %q or in the log", err)
		}
	}
	if !errors.Is(lang, store.ErrNotReady) {
		t.Fatalf("got %v, want ErrNotReady", lang)
	}
}

func TestWrongPasswordIsNotRepeated(t *testing.T) {
	u, err := url.Parse(storetest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("nobody_here", "geheim")
	s := open(t, store.Options{URL: u.String()})
	if err := s.Migrate(t.Context()); err == nil || strings.Contains(err.Error(), "geheim") {
		t.Fatalf("got %v", err)
	}
}

func open(t *testing.T, opts store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}
