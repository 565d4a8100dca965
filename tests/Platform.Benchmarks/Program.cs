using Platform.Benchmarks;
using Platform.Benchmarks.Engine;

if (args is [BenchNode.Argument, .. var node])
    return await BenchNode.RunAsync(node);

var subjects = typeof(ISubject).Assembly.GetTypes()
    .Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(ISubject)))
    .Select(t => (ISubject)Activator.CreateInstance(t)!)
    .OrderBy(s => s.Name, StringComparer.Ordinal)
    .ToList();
if (args.Length == 0 || subjects.Find(s => s.Name == args[0]) is not { } subject)
{
    Console.Error.WriteLine("Name a benchmark: dotnet run -c Release --project tests/Platform.Benchmarks -- NAME [arguments]");
    foreach (var known in subjects)
        Console.Error.WriteLine($"  {known.Name,-16} {known.Help}");
    return 1;
}
Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}");
await subject.RunAsync(args[1..]);
return 0;
