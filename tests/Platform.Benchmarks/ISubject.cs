namespace Platform.Benchmarks;

/// <summary>Something that is measured, with a peer or a physical limit beside it in the same run.</summary>
internal interface ISubject
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures and its arguments, one line.</summary>
    string Help { get; }

    /// <summary>Measures and prints.</summary>
    Task RunAsync(string[] args);
}
