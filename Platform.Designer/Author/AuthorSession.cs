using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Localization;
using Platform.Designer.Language;
using Platform.Engine.Definitions;
using Platform.Workflows.Activities;
using Platform.Workflows.Authoring;
using Platform.Workflows.Definition;

namespace Platform.Designer.Author;

/// <summary>
/// One person's work on one workflow: the document, the steps that can be undone, what is chosen, and what is wrong. Canvas, properties, text and problems
/// all show it and all change it here, so that they cannot disagree. Used on the circuit's own thread only.
/// </summary>
public sealed class AuthorSession
{
    private readonly ActivityCatalog _activities;
    private readonly IStringLocalizer<Texts> _texts;
    private readonly Edits _edits;
    private readonly EditHistory _history;
    private AuthorScene? _scene;
    private IReadOnlyList<Problem> _looked = [];
    private WorkflowDefinition? _lastReadable;
    private readonly GestureLedger _ledger;

    internal AuthorSession(AuthorStart start, ActivityCatalog activities, IStringLocalizer<Texts> texts, GestureLedger ledger, TimeProvider clock)
    {
        _ledger = ledger;
        _activities = activities;
        _texts = texts;
        _edits = new Edits(texts, activities);
        Name = start.Name;
        BaseVersion = start.Draft is null ? start.Published?.PublishedVersion : start.Draft.BaseVersion;
        PublishedVersion = start.Published?.PublishedVersion;
        PublishedText = PublishedVersion is null ? null : start.Published!.Yaml;
        PublishedLayout = WorkflowLayout.Parse(start.Layout);
        Revision = start.Draft?.Revision ?? 0;
        SavedAt = start.Draft?.UpdatedAt;
        _history = new EditHistory(new EditState(start.Draft?.Yaml ?? start.Published?.Yaml ?? "", start.Draft is null ? PublishedLayout : WorkflowLayout.Parse(start.Draft.Layout)), clock);
        Saved = start.Draft is null ? null : _history.Current;
        Document = Read();
    }

    /// <summary>The workflow.</summary>
    public string Name { get; }

    /// <summary>The published version that the draft began from; null where there was none.</summary>
    public int? BaseVersion { get; private set; }

    /// <summary>The version that was published when this was last read; null where there is none.</summary>
    public int? PublishedVersion { get; private set; }

    /// <summary>Its text; null where there is none.</summary>
    public string? PublishedText { get; private set; }

    /// <summary>Its canvas.</summary>
    public WorkflowLayout PublishedLayout { get; private set; }

    /// <summary>Revision of the draft as it was last read or saved; 0 where there is none.</summary>
    public long Revision { get; private set; }

    /// <summary>When the draft was last saved; null where there is none.</summary>
    public DateTimeOffset? SavedAt { get; private set; }

    /// <summary>The state that the draft holds; null where there is none.</summary>
    public EditState? Saved { get; private set; }

    /// <summary>Text and layout now.</summary>
    public EditState State => _history.Current;

    /// <summary>What the text says.</summary>
    public WorkflowDocument Document { get; private set; }

    /// <summary>The workflow to draw: as the text says, or as it last said while it cannot be read.</summary>
    public WorkflowDefinition? Draft => Document.Draft ?? _lastReadable;

    /// <summary>Everything that is wrong, errors first.</summary>
    public IReadOnlyList<Problem> Problems { get; private set; } = [];

    /// <summary>Whether an error keeps it from being published.</summary>
    public bool HasErrors => Problems.Any(p => p.Severity == ProblemSeverity.Error);

    /// <summary>Ids of the chosen tasks.</summary>
    public IReadOnlyList<string> Chosen { get; private set; } = [];

    /// <summary>Name of the step that undo takes back; null where there is none.</summary>
    public string? Undoable => _history.Undoable;

    /// <summary>Name of the step that redo makes again; null where there is none.</summary>
    public string? Redoable => _history.Redoable;

    /// <summary>What this page and the database last had both.</summary>
    public EditState Base => Saved ?? new EditState(PublishedText ?? "", PublishedLayout);

    /// <summary>Whether something is not saved in the draft yet.</summary>
    public bool IsUnsaved => Saved is { } saved ? State.Text != saved.Text || !State.Layout.IsSame(saved.Layout) : IsChanged;

    /// <summary>Whether it differs from what is published.</summary>
    public bool IsChanged => State.Text != PublishedText || !State.Layout.IsSame(PublishedLayout);

    /// <summary>The scene of the canvas.</summary>
    internal AuthorScene Scene => _scene ??= Draft is { } draft ? AuthorScene.Of(draft, State.Layout, Problems, _activities, _texts) : AuthorScene.Empty;

    /// <summary>The number of the last gesture that was taken, by the page that it was made on.</summary>
    public ImmutableDictionary<string, long> Taken { get; private set; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Those of <see cref="Taken"/> that a saved draft holds: the pages may forget them.</summary>
    public ImmutableDictionary<string, long> Held { get; private set; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Raised after each change of document, problems or choice.</summary>
    public event Action? Changed;

    /// <summary>Raised when something could not be done; the text says why.</summary>
    public event Action<string>? Refused;

    /// <summary>Does what gestures ask for, in their order.</summary>
    public void Take(IReadOnlyList<AuthorCommand> commands)
    {
        var (state, taken) = (State, Taken);
        foreach (var command in commands)
        {
            // After a lost connection the script sends again what it did not hear of.
            if (command.Seq <= Taken.GetValueOrDefault(command.Page))
                continue;
            Taken = Taken.SetItem(command.Page, command.Seq);
            if (_ledger.Holds(command.Page, command.Seq))
                continue;
            if (command.Kind == "text")
                SetText(TextMerge.Merge(command.Base ?? "", command.Text ?? "", State.Text));
            else if (command.Kind == "undo")
                Undo();
            else if (command.Kind == "redo")
                Redo();
            else
                Do(command);
        }
        // One that changes nothing, as an undo at the beginning, is taken all the same: the page waits to hear of it.
        if (ReferenceEquals(State, state) && Taken != taken)
            Changed?.Invoke();
    }

    /// <summary>Sets a key of the workflow; see <see cref="WorkflowPatch.SetField"/>. Null removes it.</summary>
    public bool SetField(string path, JsonNode? value) =>
        Change(_texts["Author.Did.Field", path], state => state with { Text = value is null ? WorkflowPatch.RemoveField(state.Text, path) : WorkflowPatch.SetField(state.Text, path, value) }, "field " + path);

    /// <summary>Sets a key of a task, such as <c>with.sql</c>; see <see cref="WorkflowPatch.SetTaskField"/>. Null removes it.</summary>
    public bool SetTaskField(string task, string path, JsonNode? value) =>
        Change(_texts["Author.Did.TaskField", path, task], state => state with { Text = value is null ? WorkflowPatch.RemoveTaskField(state.Text, task, path) : WorkflowPatch.SetTaskField(state.Text, task, path, value) }, $"field {task} {path}");

    /// <summary>Gives a task another id, everywhere.</summary>
    public bool Rename(string task, string id) => Try(() =>
    {
        var outcome = _edits.Rename(State, task, id);
        Step(outcome.Label, outcome.State, null, outcome.Choose);
    });

    /// <summary>Does a gesture that comes from a button instead of the canvas.</summary>
    public bool Do(AuthorCommand command) => Try(() =>
    {
        if (Document.Draft is null && command.Kind is not ("move" or "note"))
            throw new WorkflowPatchException(_texts["Author.No.Unreadable"]);
        var outcome = _edits.Apply(State, command, Scene.Places);
        Step(outcome.Label, outcome.State, command.Merge, outcome.Choose);
    });

    /// <summary>Takes the text as somebody typed it.</summary>
    public bool SetText(string text) => Change(_texts["Author.Did.Text"], state => state with { Text = text }, "text");

    /// <summary>Changes the document in any way, as one step.</summary>
    /// <param name="label">The step's name for undo.</param>
    /// <param name="change">Gives the next state.</param>
    /// <param name="merge">Steps of the same word that follow at once are one; null stands alone.</param>
    /// <returns>Whether it could be done; else <see cref="Refused"/> says why.</returns>
    public bool Change(string label, Func<EditState, EditState> change, string? merge = null) => Try(() => Step(label, change(State), merge, null));

    /// <summary>Takes the last step back.</summary>
    public void Undo()
    {
        if (_history.Undo())
            Reread(null);
    }

    /// <summary>Makes the step again that was taken back last.</summary>
    public void Redo()
    {
        if (_history.Redo())
            Reread(null);
    }

    /// <summary>Chooses tasks; a closed group chooses all in it.</summary>
    public void Choose(IReadOnlyList<string> ids)
    {
        var tasks = Expand(ids);
        if (Chosen.SequenceEqual(tasks))
            return;
        Chosen = tasks;
        Changed?.Invoke();
    }

    /// <summary>The tasks that nodes of the canvas stand for.</summary>
    internal IReadOnlyList<string> Expand(IReadOnlyList<string> ids)
    {
        static bool IsGroup(string id) => id.StartsWith(Canvas.GraphScene.GroupMark, StringComparison.Ordinal);
        return !ids.Any(IsGroup) ? ids : [.. ids.SelectMany(id => IsGroup(id) ? (Draft?.Tasks ?? []).Where(t => Canvas.GraphGroups.IsIn(t.Group, id[Canvas.GraphScene.GroupMark.Length..])).Select(t => t.Id) : [id]).Distinct()];
    }

    /// <summary>Takes what was found beside the text itself.</summary>
    /// <param name="document">The document that was looked at; an older one changes nothing.</param>
    /// <param name="found">What was found.</param>
    public void Found(WorkflowDocument document, IReadOnlyList<Problem> found)
    {
        if (document != Document || _looked.SequenceEqual(found))
            return;
        _looked = found;
        Judge();
        Changed?.Invoke();
    }

    /// <summary>The draft holds this state now.</summary>
    public void Kept(EditState state, long revision, DateTimeOffset at, ImmutableDictionary<string, long> taken)
    {
        Saved = state;
        Revision = revision;
        SavedAt = at;
        Hold(taken);
        Changed?.Invoke();
    }

    /// <summary>Nothing of these gestures can be lost any more.</summary>
    public void Hold(ImmutableDictionary<string, long> taken)
    {
        if (taken == Held)
            return;
        Held = taken;
        _ledger.Keep(taken);
        Changed?.Invoke();
    }

    /// <summary>This text is published now, and there is no draft.</summary>
    public void Published(EditState state, int version)
    {
        (BaseVersion, PublishedVersion, PublishedText, PublishedLayout) = (version, version, state.Text, state.Layout);
        (Revision, Saved, SavedAt) = (0, null, null);
        Changed?.Invoke();
    }

    /// <summary>Goes on from what somebody else has saved: as a step, so that it can be undone.</summary>
    public void TakeTheirs(WorkflowDraft theirs)
    {
        var state = new EditState(theirs.Yaml, WorkflowLayout.Parse(theirs.Layout));
        (Revision, Saved, SavedAt, BaseVersion) = (theirs.Revision, state, theirs.UpdatedAt, theirs.BaseVersion);
        Step(_texts["Author.Did.Theirs", theirs.UpdatedBy], state, null, null);
        Changed?.Invoke();
    }

    /// <summary>Goes on with what is here, over what somebody else has saved: as steps, so that undo comes by theirs.</summary>
    public void KeepMine(WorkflowDraft theirs)
    {
        var mine = State;
        var state = new EditState(theirs.Yaml, WorkflowLayout.Parse(theirs.Layout));
        (Revision, Saved, SavedAt) = (theirs.Revision, state, theirs.UpdatedAt);
        _history.Do(_texts["Author.Did.Theirs", theirs.UpdatedBy], state);
        _history.Do(_texts["Author.Did.Mine"], mine);
        Reread(null);
    }

    /// <summary>Goes on with what both made of it: as steps, so that undo comes by theirs.</summary>
    public void KeepBoth(WorkflowDraft theirs, EditState both)
    {
        KeepMine(theirs);
        if (_history.Do(_texts["Author.Did.Both", theirs.UpdatedBy], both))
            Reread(null);
    }

    /// <summary>Somebody has published another version; what is here is meant to replace it.</summary>
    public void Rebase(int version, string text)
    {
        (BaseVersion, PublishedVersion, PublishedText) = (version, version, text);
        Changed?.Invoke();
    }

    /// <summary>Back to what is published: as a step, so that it can be undone.</summary>
    public void Discard()
    {
        (Revision, Saved, SavedAt, BaseVersion) = (0, null, null, PublishedVersion);
        Step(_texts["Author.Did.Discard"], new EditState(PublishedText ?? "", PublishedLayout), null, []);
        Changed?.Invoke();
    }

    /// <summary>Tells the person why something could not be done.</summary>
    public void Refuse(string why) => Refused?.Invoke(why);

    private bool Try(Action change)
    {
        try
        {
            change();
            return true;
        }
        catch (WorkflowPatchException e)
        {
            Refused?.Invoke(e.Message);
            return false;
        }
    }

    private void Step(string label, EditState next, string? merge, IReadOnlyList<string>? choose)
    {
        if (_history.Do(label, next, merge))
            Reread(choose);
        else if (choose is not null)
            Choose(choose);
    }

    private void Reread(IReadOnlyList<string>? choose)
    {
        if (Document.Text != State.Text)
            Document = Read();
        else
            _scene = null;
        if (choose is not null)
            Chosen = choose;
        var ids = (Draft?.Tasks ?? []).Select(t => t.Id).ToHashSet();
        if (!Chosen.All(ids.Contains))
            Chosen = [.. Chosen.Where(ids.Contains)];
        Changed?.Invoke();
    }

    private WorkflowDocument Read()
    {
        var document = WorkflowReader.Read(State.Text, _activities);
        Document = document;
        _lastReadable = document.Draft ?? _lastReadable;
        Judge();
        return document;
    }

    private void Judge()
    {
        _scene = null;
        Problems = [.. Document.Problems.Concat(_looked).Distinct().OrderByDescending(p => p.Severity).ThenBy(p => p.Line)];
    }
}
