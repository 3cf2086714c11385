package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(c *console) error {
	_, err := fmt.Fprintf(c.Stdout, "relevo %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// build tells what this program was built from.
type build struct {
	version  string // "v1.2.3", or "development" when it was not built from a release
	revision string // of the repository, shortened; empty when it is not known
	modified bool   // there were changes that are in no commit
}

func (b build) String() string {
	s := b.version
	if b.revision != "" {
		s += " " + b.revision
	}
	if b.modified {
		s += " with changes"
	}
	return s
}

func version() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build{version: "development"}
	}
	return buildOf(info)
}

func buildOf(info *debug.BuildInfo) build {
	b := build{version: info.Main.Version}
	if b.version == "" || b.version == "(devel)" {
		b.version = "development"
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.revision = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			b.modified = s.Value == "true"
		}
	}
	return b
}
