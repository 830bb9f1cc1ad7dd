using Ontmoetingsplein.Server.CommandLine;

return await Commands.RunAsync(args);
