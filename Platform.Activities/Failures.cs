using Platform.Learning;
using Platform.Tables.Log;
using Platform.Tables.Native;
using Platform.Tables.Sources;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities;

/// <summary>Turns the rooms' exceptions into failures with a kind that <c>retry_on</c> can match. Others pass through.</summary>
internal static class Failures
{
    /// <summary>Runs work on tables away from the caller's thread.</summary>
    public static Task<ActivityResult> Run(Func<ActivityResult> work, CancellationToken cancellationToken) => Task.Run(() =>
    {
        try
        {
            return work();
        }
        catch (Exception error) when (Translate(error) is { } failure)
        {
            throw failure;
        }
    }, cancellationToken);

    /// <summary>Runs work that also waits for the database away from the caller's thread.</summary>
    public static Task<ActivityResult> RunAsync(Func<Task<ActivityResult>> work, CancellationToken cancellationToken) => Task.Run(async () =>
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (Translate(error) is { } failure)
        {
            throw failure;
        }
    }, cancellationToken);

    /// <summary>The failure that a person can act on; null where the exception is none of those known.</summary>
    public static ActivityException? Translate(Exception error) => error switch
    {
        SourceException source => new ActivityException(KindOf(source.Kind), source.Message, source.Kind is SourceErrorKind.NotFound or SourceErrorKind.Unavailable, source),
        TableNotFoundException => new ActivityException("not-found", error.Message, retryable: true, error),
        TableConflictException => new ActivityException("conflict", error.Message, retryable: true, error),
        TableException => new ActivityException("bad-input", error.Message, retryable: false, error),
        DuckDbException duck => new ActivityException(KindOf(duck.Kind), Advice(duck), duck.Kind is DuckDbErrorKind.OutOfMemory or DuckDbErrorKind.InputOutput or DuckDbErrorKind.Interrupted, duck),
        LearningException => new ActivityException("bad-input", error.Message, retryable: false, error),
        ConnectionNotFoundException => new ActivityException("not-found", error.Message, retryable: false, error),
        _ => null,
    };

    private static string KindOf(SourceErrorKind kind) => kind switch
    {
        SourceErrorKind.NotFound => "not-found",
        SourceErrorKind.Unavailable => "unavailable",
        SourceErrorKind.TooManyRejected => "check-failed",
        _ => "bad-input",
    };

    private static string KindOf(DuckDbErrorKind kind) => kind switch
    {
        DuckDbErrorKind.OutOfMemory or DuckDbErrorKind.SpillLimit or DuckDbErrorKind.InputOutput => "unavailable",
        DuckDbErrorKind.Permission => "refused",
        _ => "bad-input",
    };

    private static string Advice(DuckDbException error) => error.Kind switch
    {
        DuckDbErrorKind.OutOfMemory => $"The work does not fit into the memory of a session: {error.Message} Give the task 'resources: {{ memory: … }}', or take smaller intervals.",
        DuckDbErrorKind.Permission => $"{error.Message} SQL in a task reads the platform's tables only; files come in through ingest.files.",
        _ => error.Message,
    };
}
