package bot

import (
	"path"
	"sync"
	"time"
)

var zones sync.Map // by name; a zone takes kilobytes, and many schedules have the same

// LoadZone is time.LoadLocation, with one location for each name.
func LoadZone(name string) (*time.Location, error) {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || path.Clean(name) != name { // a zone has many other names, such as Europe//Paris
		return zone, err
	}
	kept, _ := zones.LoadOrStore(name, zone)
	return kept.(*time.Location), nil
}
