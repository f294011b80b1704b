"""The visit plan (拜访排程): what goes in, how it is made, what comes out; its names are those of follow-up."""
