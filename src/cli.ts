process.stdout.write(`rolecall on ${process.version}\n`);
