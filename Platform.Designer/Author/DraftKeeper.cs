using Platform.Engine;
using Platform.Engine.Definitions;

namespace Platform.Designer.Author;

/// <summary>Keeps the draft a moment after each change, and looks for what the text alone does not tell. One save at a time; what changes meanwhile is saved after it.</summary>
public sealed class DraftKeeper(IAuthorSource source, AuthorSession session, string user, TimeProvider clock, Func<Func<Task>, Task> invoke, Func<Task> told) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private ITimer? _timer;
    private object? _seen;
    private bool _stopped;

    /// <summary>What became of the last save.</summary>
    public DraftState State { get; private set; }

    /// <summary>Why the last save failed; null where it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>What somebody else has saved; null where nobody has.</summary>
    public WorkflowDraft? Theirs { get; private set; }

    /// <summary>Whether the person was asked about <see cref="Theirs"/>.</summary>
    public bool IsAsked { get; set; }

    /// <summary>Whether something would be lost if the page closed now.</summary>
    public bool IsBehind => session.IsUnsaved;

    public string Kind => State switch { DraftState.Conflict or DraftState.Failed => "bad", _ => session.SavedAt is null ? "" : "warn" };

    public string Icon => State switch { DraftState.Conflict => "arrows-split-2", DraftState.Failed => "alert-triangle", DraftState.Saving => "progress", _ => session.SavedAt is null ? "circle-check" : "edit" };

    /// <summary>Something may have changed, or a gesture changed nothing: it is saved and looked at after a pause.</summary>
    public void Look()
    {
        var now = (session.State, session.Document, session.Taken);
        if (now.Equals(_seen) || _stopped)
            return;
        _seen = now;
        Later(Pause);
    }

    /// <summary>Saves now what is not saved.</summary>
    public async Task SaveAsync()
    {
        await _one.WaitAsync();
        try
        {
            if (_stopped || State == DraftState.Conflict)
                return;
            var taken = session.Taken;
            if (!session.IsUnsaved)
            {
                session.Hold(taken);
                return;
            }
            State = DraftState.Saving;
            await told();
            var state = session.State;
            var saved = await source.SaveAsync(session.Name, state.Text, state.Layout.ToJson(), session.BaseVersion, session.Revision, user, _ended.Token);
            // The same state, saved by a page whose answer was lost, is no conflict.
            if (saved.Theirs is { } theirs && !(theirs.Yaml == state.Text && theirs.UpdatedBy == user))
            {
                (State, Theirs, IsAsked) = (DraftState.Conflict, theirs, false);
            }
            else if (!_stopped)
            {
                (State, Error) = (DraftState.Saved, null);
                session.Kept(state, saved.Revision, clock.GetUtcNow(), taken);
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The page is closed.
            return;
        }
        catch (EngineException e)
        {
            (State, Error) = (DraftState.Failed, e.Message);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or TimeoutException or IOException)
        {
            // The database is away: it is tried again until it is back.
            (State, Error) = (DraftState.Failed, e.Message);
            Later(Again);
        }
        finally
        {
            _one.Release();
        }
        await told();
    }

    /// <summary>Looks now for what is wrong with the text as it stands, before something is done with it. Where the database is away, what was found before holds.</summary>
    public async Task CheckAsync()
    {
        try
        {
            var document = session.Document;
            session.Found(document, await source.CheckAsync(document, _ended.Token));
        }
        catch (Exception e) when (e is System.Data.Common.DbException or TimeoutException or IOException)
        {
            Error = e.Message;
        }
    }

    /// <summary>The person has decided about <see cref="Theirs"/>.</summary>
    public WorkflowDraft? Settle()
    {
        var theirs = Theirs;
        (State, Theirs) = (DraftState.Saved, null);
        return theirs;
    }

    /// <summary>There is no draft any more: nothing is saved until something changes.</summary>
    public void Forget()
    {
        _timer?.Dispose();
        (State, Error, Theirs) = (DraftState.Saved, null, null);
    }

    public void Dispose()
    {
        _stopped = true;
        _timer?.Dispose();
        _ended.Cancel();
        _ended.Dispose();
    }

    private void Later(TimeSpan pause)
    {
        _timer?.Dispose();
        _timer = clock.CreateTimer(_ => _ = invoke(RunAsync), null, pause, Timeout.InfiniteTimeSpan);
    }

    private async Task RunAsync()
    {
        try
        {
            await SaveAsync();
            await CheckAsync();
            await told();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page is closed.
        }
    }
}

/// <summary>What became of the last save.</summary>
public enum DraftState
{
    Saved,
    Saving,
    Failed,
    Conflict,
}
