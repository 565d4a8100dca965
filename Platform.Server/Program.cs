using Platform.Server.CommandLine;

return await PlatformCommand.RunAsync(args);
