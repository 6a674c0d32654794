package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	sqliteScheme = "sqlite://"
	// sqliteConns is small on purpose: one writer at a time is all SQLite allows, the others are for reading beside it.
	sqliteConns = 4
	// sqliteLockWait is how long Migrate waits for a process that holds the file, when it does not hold it itself.
	sqliteLockWait = 10 * time.Second
)

// sqliteParams are the same for every connection. A commit of ours is synced to the disk, so that what was promised
// survives a power cut; the commits of the job queue before it are in the same log and are synced with it.
const sqliteParams = "?_txlock=immediate&_busy_timeout=10000&_journal_mode=WAL&_synchronous=FULL&_error_rc=1"

// sqliteReadParams are those of a connection that can change nothing.
const sqliteReadParams = "?mode=ro&_busy_timeout=10000&_error_rc=1"

type sqliteEngine struct{ path string }

func (s *Store) openSQLite(rawURL string, exclusive bool) error {
	path, err := sqlitePath(rawURL)
	if err != nil {
		return err
	}
	if err := createFile(path); err != nil {
		return err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil { // the lock is of the file, whatever it is called
		return fmt.Errorf("store: %w", err)
	}
	e := &sqliteEngine{path: path}
	s.engine = e
	if exclusive {
		if s.lock, err = e.acquire(); err != nil {
			return err
		}
	}
	if s.db, err = sql.Open("sqlite", sqliteDSN(path, sqliteParams)); err != nil {
		return errors.Join(fmt.Errorf("open %s: %w", path, err), s.lock.release())
	}
	s.db.SetMaxOpenConns(sqliteConns)
	s.db.SetMaxIdleConns(sqliteConns)
	if err := s.db.PingContext(context.Background()); err != nil {
		return errors.Join(e.explain(err), s.Close())
	}
	return nil
}

// readSQLite opens a file that is there, to read it. It takes no lock: whoever serves goes on.
func (s *Store) readSQLite(rawURL string) error {
	path, err := sqlitePath(rawURL)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &readable{fmt.Sprintf("store: %s does not exist (serve makes it when it starts)", path), err}
	case err != nil:
		return fmt.Errorf("store: %w", err)
	case info.IsDir():
		return fmt.Errorf("store: %s is a folder, not a file", path)
	}
	s.engine = &sqliteEngine{path: path}
	if s.db, err = sql.Open("sqlite", sqliteDSN(path, sqliteReadParams)); err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	// Only a question makes SQLite look into the file.
	if err := s.db.QueryRowContext(context.Background(), s.engine.tables(), versionTable).Scan(new(int)); err != nil {
		return errors.Join(s.engine.explain(err), s.Close())
	}
	return nil
}

func sqliteDSN(path, params string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + params
}

// sqlitePath returns the absolute path in a SQLite URL.
func sqlitePath(rawURL string) (string, error) {
	path := strings.TrimPrefix(rawURL, sqliteScheme)
	if path == "" || strings.HasPrefix(path, ":") || strings.ContainsAny(path, "?#\x00") {
		return "", fmt.Errorf("store: %q names no file (write sqlite://campaignbot.db, or sqlite:///folder/campaignbot.db)", rawURL)
	}
	return filepath.Abs(path)
}

// createFile makes the file if it is not there, readable by its owner only, and finds out what is wrong with its place.
func createFile(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return fmt.Errorf("store: %s is a folder, not a file", path)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	switch {
	case err == nil:
		return f.Close()
	case errors.Is(err, fs.ErrNotExist):
		return &readable{fmt.Sprintf("store: the folder %s does not exist, or nothing can be created in it", filepath.Dir(path)), err}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return &readable{fmt.Sprintf("store: %s cannot be written (the file or its folder is read-only)", path), err}
	case errors.Is(err, syscall.ENOSPC):
		return &readable{fmt.Sprintf("store: the disk of %s is full", path), err}
	}
	return fmt.Errorf("store: open %s: %w", path, err)
}

// acquire takes the file for this process, or returns the sentence that says it is taken.
func (e *sqliteEngine) acquire() (*fileLock, error) {
	l, err := lockFile(e.path + ".lock")
	if errors.Is(err, errLocked) {
		return nil, &readable{fmt.Sprintf("store: %s is in use by another campaignbot (stop it, or use PostgreSQL for several replicas)", e.path), err}
	}
	if err != nil {
		return nil, fmt.Errorf("store: lock %s: %w", e.path, err)
	}
	return l, nil
}

// migrate holds the file while it runs. A process that only reads finds the tables there and needs no lock.
func (e *sqliteEngine) migrate(ctx context.Context, s *Store) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	if s.lock == nil {
		if s.current(ctx, p) {
			return nil
		}
		l, err := e.wait(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = l.release() }()
	}
	_, err = p.Up(ctx)
	return err
}

// wait takes the lock as soon as it is free: another process may be migrating.
func (e *sqliteEngine) wait(ctx context.Context) (*fileLock, error) {
	ctx, cancel := context.WithTimeout(ctx, sqliteLockWait)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		l, err := e.acquire()
		if !errors.Is(err, errLocked) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-tick.C:
		}
	}
}

func (e *sqliteEngine) tables() string {
	return `select count(*) from sqlite_master where type = 'table' and name = $1`
}

func (e *sqliteEngine) explain(err error) error {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return err
	}
	var text string
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		text = "the disk of %s is full"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		text = "%s cannot be written (the file or its folder is read-only)"
	case sqlite3.SQLITE_CANTOPEN:
		text = "%s cannot be opened (does its folder exist, and may this user write there?)"
	case sqlite3.SQLITE_NOTADB:
		text = "%s is not a SQLite database"
	case sqlite3.SQLITE_CORRUPT:
		text = "%s is damaged (restore it from a backup)"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		text = "%s was locked by another process for too long"
	default:
		return err
	}
	return &readable{"store: " + fmt.Sprintf(text, e.path), err}
}
