using Xunit;

namespace Platform.Testing;

/// <summary>The real data beside the clone, <c>../shared/data</c>; a new user's machine has none.</summary>
public static class SharedData
{
    /// <summary>The folder with all data sets.</summary>
    public static string Root { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(Repository.Root, "..", "shared", "data"));

    /// <summary>A data set, for example <c>online-retail</c>, or a file in one.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>Why tests on real data are skipped; null when they run. With PLATFORM_REQUIRE_SHARED=1 they run, and fail where the data are missing.</summary>
    internal static string? SkipReason =>
        Directory.Exists(Root) || Environment.GetEnvironmentVariable("PLATFORM_REQUIRE_SHARED") == "1" ? null : $"The real data are not on this machine ({Root}).";
}

/// <summary>A test on real data: skipped with the reason where <c>../shared/data</c> is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute() => Skip = SharedData.SkipReason;
}

/// <summary>A theory on real data: skipped with the reason where <c>../shared/data</c> is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute() => Skip = SharedData.SkipReason;
}
