namespace Platform.Workflows.Authoring;

/// <summary>
/// The one list of steps that undo and redo walk: gestures on the canvas, properties and typing in the text alike, since each is a new state of the same document.
/// Steps of one kind that follow each other at once, such as letters typed in one field, are one.
/// </summary>
/// <param name="start">The state to begin with.</param>
/// <param name="clock">For what follows at once.</param>
public sealed class EditHistory(EditState start, TimeProvider clock)
{
    private const int MostSteps = 300;
    private const long MostCharacters = 8_000_000;

    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1.2);

    private readonly List<Step> _done = [];
    private readonly Stack<Step> _undone = new();

    /// <summary>The state now.</summary>
    public EditState Current { get; private set; } = start;

    /// <summary>Name of the step that undo takes back; null where there is none.</summary>
    public string? Undoable => _done.Count > 0 ? _done[^1].Label : null;

    /// <summary>Name of the step that redo makes again; null where there is none.</summary>
    public string? Redoable => _undone.TryPeek(out var step) ? step.Label : null;

    /// <summary>Makes a step.</summary>
    /// <param name="label">What it did, for people.</param>
    /// <param name="next">The new state; the same as now changes nothing.</param>
    /// <param name="merge">Steps of the same word that follow at once are one; null stands alone.</param>
    /// <returns>Whether anything changed.</returns>
    public bool Do(string label, EditState next, string? merge = null)
    {
        if (next == Current)
            return false;
        var now = clock.GetTimestamp();
        _undone.Clear();
        if (merge is not null && _done.Count > 0 && _done[^1] is { } last && last.Merge == merge && clock.GetElapsedTime(last.At, now) < AtOnce)
            _done[^1] = last with { At = now };
        else
            _done.Add(new Step(label, Current, merge, now));
        Current = next;
        Forget();
        return true;
    }

    /// <summary>Takes the last step back; false where there is none.</summary>
    public bool Undo()
    {
        if (_done.Count == 0)
            return false;
        var step = _done[^1];
        _done.RemoveAt(_done.Count - 1);
        // What is typed from here on is a step of its own.
        if (_done.Count > 0)
            _done[^1] = _done[^1] with { Merge = null };
        _undone.Push(step with { State = Current, Merge = null });
        Current = step.State;
        return true;
    }

    /// <summary>Makes the step again that was taken back last; false where there is none.</summary>
    public bool Redo()
    {
        if (!_undone.TryPop(out var step))
            return false;
        _done.Add(step with { State = Current, Merge = null });
        Current = step.State;
        return true;
    }

    /// <summary>Begins anew, with nothing to undo.</summary>
    public void Reset(EditState state)
    {
        _done.Clear();
        _undone.Clear();
        Current = state;
    }

    // Old steps go first; a state shares its text with the next one where only the layout changed, and is counted all the same.
    private void Forget()
    {
        var characters = 0L;
        for (var i = _done.Count - 1; i >= 0; i--)
        {
            characters += _done[i].State.Text.Length;
            if (_done.Count - i > MostSteps || (characters > MostCharacters && i < _done.Count - 1))
            {
                _done.RemoveRange(0, i + 1);
                return;
            }
        }
    }

    /// <param name="Label">What it did.</param>
    /// <param name="State">The state to go back to.</param>
    /// <param name="Merge">See <see cref="Do"/>.</param>
    /// <param name="At">When it was made last.</param>
    private sealed record Step(string Label, EditState State, string? Merge, long At);
}
