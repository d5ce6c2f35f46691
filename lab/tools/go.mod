module sluice.dev/lab/tools

go 1.26
