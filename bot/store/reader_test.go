package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/store"
	"campaignbot/bot/store/storetest"
)

func openReader(t *testing.T, url string) *store.Reader {
	t.Helper()
	r, err := store.OpenReader(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Errorf("close the reader: %v", err)
		}
	})
	return r
}

// readOnly makes the server refuse every change of this connection; the reader of a SQLite file sees to that itself.
func readOnly(url string) string {
	if strings.HasPrefix(url, "sqlite:") {
		return url
	}
	if strings.Contains(url, "?") {
		return url + "&default_transaction_read_only=on"
	}
	return url + "?default_transaction_read_only=on"
}

func TestReaderSeesWhatTheOwnerOfTheStoreWrites(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		owner := open(t, store.Options{URL: url, Exclusive: true})
		if err := owner.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		r := openReader(t, readOnly(url))
		if _, err := r.Cursors(t.Context()); !errors.Is(err, store.ErrNotReady) {
			t.Errorf("before Attach: %v", err)
		}
		if err := r.Attach(t.Context()); err != nil {
			t.Fatal(err)
		}
		due := time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)
		for i := range 3 {
			o := bot.Occurrence{Schedule: "daily", Due: due.AddDate(0, 0, i), State: bot.Planned, At: due}
			if err := owner.Plan(t.Context(), []bot.Occurrence{o}); err != nil {
				t.Fatal(err)
			}
			if _, err := owner.MoveCursor(t.Context(), fmt.Sprint("s", i), "f", time.Time{}, due); err != nil {
				t.Fatal(err)
			}
			history, err := r.Occurrences(t.Context(), "daily", time.Time{}, 0)
			if err != nil || len(history) != i+1 {
				t.Errorf("the reader sees %d due times, %v", len(history), err)
			}
			cursors, err := r.Cursors(t.Context())
			if err != nil || len(cursors) != i+1 {
				t.Errorf("the reader sees %d cursors, %v", len(cursors), err)
			}
		}
	})
}

func TestReaderNeedsNoOwner(t *testing.T) {
	url := storetest.SQLite(t)
	owner := open(t, store.Options{URL: url, Exclusive: true})
	if err := owner.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, url)
	if err := r.Attach(t.Context()); err != nil {
		t.Fatal(err)
	}
	next, err := store.Open(store.Options{URL: url, Exclusive: true})
	if err != nil {
		t.Fatalf("the reader keeps the bot from starting: %v", err)
	}
	if err := next.Close(); err != nil {
		t.Error(err)
	}
}

func TestReaderOfAStoreThatIsNotMigrated(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		if path, ok := strings.CutPrefix(url, "sqlite://"); ok {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		r := openReader(t, readOnly(url))
		err := r.Attach(t.Context())
		if !errors.Is(err, store.ErrNotMigrated) || !strings.Contains(err.Error(), "no tables yet") {
			t.Fatalf("got %v", err)
		}
		storetest.Open(t, url)
		if err := r.Attach(t.Context()); err != nil {
			t.Errorf("after the migration: %v", err)
		}
	})
}

func TestReaderOfAnOlderStore(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		storetest.Open(t, url)
		storetest.Exec(t, url, `delete from schema_versions where version_id > 0`)
		if err := openReader(t, url).Attach(t.Context()); !errors.Is(err, store.ErrNotMigrated) || !strings.Contains(err.Error(), "older version") {
			t.Fatalf("got %v", err)
		}
	})
}

func TestReaderRefusesWhatItCannotRead(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, bytes.Repeat([]byte("this is a letter to a friend\n"), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, url, want string }{
		{"a file that is not there", "sqlite://" + dir + "/none.db", "none.db does not exist"},
		{"no file", "sqlite://", "names no file"},
		{"a folder", "sqlite://" + dir, "is a folder"},
		{"a file of another kind", "sqlite://" + text, "is not a SQLite database"},
		{"another database", "mysql://u:geheim@host/db", "begins with neither"},
		{"a PostgreSQL URL that cannot be read", "postgres://bot:geheim@host:notaport/db", "not a valid postgres:// URL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := store.OpenReader(c.url)
			if err == nil {
				r.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "geheim") {
				t.Errorf("got %q, want it to say %q and no password", err, c.want)
			}
		})
	}
	if made, _ := filepath.Glob(filepath.Join(dir, "none*")); made != nil {
		t.Errorf("it made %v", made)
	}
}
