package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// cluster is a PostgreSQL of a test's own, which can be stopped and started.
type cluster struct {
	bin, folder, port string
}

// newCluster starts one in a temporary folder until the test ends. Without PostgreSQL's programs it skips the test, or
// fails it where everything must be tested.
func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{}
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin"); len(found) > 0 {
		c.bin = found[len(found)-1]
	} else if initdb, err := exec.LookPath("initdb"); err == nil {
		c.bin = filepath.Dir(initdb)
	} else if os.Getenv("CI") == "true" || long() {
		t.Fatal("PostgreSQL is not installed, and must be tested")
	} else {
		t.Skip("PostgreSQL is not tested: install it, or run `make test`")
	}
	var err error
	// Not t.TempDir: PostgreSQL does not run as root, and its own user may not enter that.
	if c.folder, err = os.MkdirTemp("", "campaignbot"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(c.folder) })
	if _, c.port, err = net.SplitHostPort(freeAddress(t)); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		if out, err := exec.Command("chown", "postgres", c.folder).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	c.run(t, "initdb", "-D", c.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
	c.start(t)
	t.Cleanup(func() { c.stop(t) })
	return c
}

func (c *cluster) data() string { return filepath.Join(c.folder, "data") }

func (c *cluster) start(t *testing.T) {
	t.Helper()
	c.run(t, "pg_ctl", "-D", c.data(), "-w", "-l", filepath.Join(c.folder, "log"),
		"-o", "-p "+c.port+" -k "+c.folder+" -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300", "start")
}

// stop ends it as a crash does: it takes no leave of anybody, and recovers when it starts.
func (c *cluster) stop(t *testing.T) {
	t.Helper()
	c.run(t, "pg_ctl", "-D", c.data(), "-m", "immediate", "-w", "stop")
}

// database makes an empty database and returns its store URL.
func (c *cluster) database(t *testing.T, name string) string {
	t.Helper()
	c.run(t, "createdb", "-h", "127.0.0.1", "-p", c.port, "-U", "postgres", name)
	return "postgres://postgres@127.0.0.1:" + c.port + "/" + name + "?sslmode=disable"
}

// run runs one of PostgreSQL's programs, as its own user when we are root.
func (c *cluster) run(t *testing.T, program string, args ...string) {
	t.Helper()
	args = append([]string{filepath.Join(c.bin, program)}, args...)
	if os.Geteuid() == 0 {
		args = append([]string{"runuser", "-u", "postgres", "--"}, args...)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = c.folder
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
}
