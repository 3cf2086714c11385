package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// machine is what figures are worth nothing without.
type machine struct {
	System     string `json:"system"`
	Processors int    `json:"processors"`
	Model      string `json:"model"`
	Go         string `json:"go"`
	Engine     string `json:"engine"`
	Commit     string `json:"commit"`
	Load       string `json:"load_before"` // of the last minute: others may be at work here
}

func thisMachine() machine {
	m := machine{System: runtime.GOOS + "/" + runtime.GOARCH, Processors: runtime.NumCPU(), Go: runtime.Version()}
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				m.Model = strings.TrimSpace(value)
				break
			}
		}
	}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load, _, _ = strings.Cut(string(load), " ")
	}
	if out, err := exec.Command("git", "describe", "--always", "--dirty").Output(); err == nil {
		m.Commit = strings.TrimSpace(string(out))
	}
	return m
}

func (m machine) String() string {
	return fmt.Sprintf("%s, %d processors, %s, %s, %s; commit %s; load before %s", m.System, m.Processors, m.Model, m.Go, m.Engine, m.Commit, m.Load)
}

// tick is the unit in which the kernel tells of other processes' time: USER_HZ, a hundred a second wherever Go runs.
const tick = 10 * time.Millisecond

// busyOf is how much of the processors' time a process has used. 0 where the system does not say.
func busyOf(pid int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // the name before it may have spaces
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}

// busyHere is busyOf this process.
func busyHere() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// memoryOf is what a process has of memory now, and had at most, in KB; 0 where the system does not say.
func memoryOf(pid int) (now, most int) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		kb, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
		switch name {
		case "VmRSS":
			now = kb
		case "VmHWM":
			most = kb
		}
	}
	return now, most
}

// usedBy is what a process that has ended used.
func usedBy(done *os.ProcessState) (busy time.Duration, most int) {
	used, ok := done.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, 0
	}
	most = int(used.Maxrss)
	if runtime.GOOS == "darwin" {
		most >>= 10
	}
	return done.UserTime() + done.SystemTime(), most
}
