//go:build !race

package bot_test

const withRace = false
