namespace Platform.Engine.Tests.Chaos;

/// <summary>How hard the chaos tests hit: small by default, for each build; <c>PLATFORM_CHAOS=full</c> for the sizes that docs/operations.md reports.</summary>
internal static class ChaosScale
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("PLATFORM_CHAOS") == "full";

    /// <summary>The time that a phase of a test may take on a busy machine before it counts as hanging.</summary>
    public static TimeSpan Limit { get; } = Full ? TimeSpan.FromMinutes(8) : TimeSpan.FromSeconds(90);

    /// <summary>What a busy machine of two cores may add to a promised time: processes that start beside it take the cores for seconds.</summary>
    public static TimeSpan Slack { get; } = TimeSpan.FromSeconds(8);

    public static T Pick<T>(T small, T full) => Full ? full : small;
}
