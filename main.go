// Relevo is a Slack bot for the hand-off between marketing and sales.
package main

import (
	"os"

	"relevo/internal/cli"
)

func main() { os.Exit(cli.Main()) }
