using System.Text.Json.Nodes;
using Platform.Workflows.Definition;

namespace Platform.Workflows.Authoring;

/// <summary>
/// Brings together what two people made of one workflow: what only one of them touched is as that one left it, key by key and task by task, with its comments.
/// Where both changed the same key, or one changed what the other took away, somebody is asked.
/// </summary>
public static class WorkflowMerge
{
    /// <summary>Both changes in one text.</summary>
    /// <param name="from">What both began from.</param>
    /// <param name="mine">What one side made of it.</param>
    /// <param name="theirs">What the other side made of it.</param>
    /// <param name="takeTheirs">Paths of clashes in which the other side's is taken; in all others it is mine.</param>
    /// <returns>Null where the texts cannot be brought together: one of them is no workflow at this moment, or is written with anchors.</returns>
    public static WorkflowMerged? Merge(string from, string mine, string theirs, IReadOnlySet<string>? takeTheirs = null)
    {
        if (MergeSide.Read(from) is not { } before || MergeSide.Read(mine) is not { } own || MergeSide.Read(theirs) is not { } other)
            return null;
        var merger = new Merger(takeTheirs ?? new HashSet<string>());
        var (text, json) = merger.Root(before, own, other);
        // What was put together must say what was meant, whatever the texts looked like.
        var problems = new List<Problem>();
        var read = SourceComposer.Compose(text, problems);
        return read is null || problems.Any(p => p.Severity == ProblemSeverity.Error) || !JsonNode.DeepEquals(read.ToJson(), json) ? null : new WorkflowMerged(text, merger.Clashes);
    }

    private sealed class Merger(IReadOnlySet<string> takeTheirs)
    {
        public List<MergeClash> Clashes { get; } = [];

        public (string Text, JsonNode Json) Root(MergeSide before, MergeSide mine, MergeSide theirs)
        {
            var kids = Level("", before.Entries, mine.Entries, theirs.Entries);
            var text = Either(before.Head, mine.Head, theirs.Head) + string.Concat(kids.Select(k => k.AsBlock)) + Either(before.Foot, mine.Foot, theirs.Foot);
            return (text, Map(kids));
        }

        private List<Kid> Level(string path, IReadOnlyList<MergePart> before, IReadOnlyList<MergePart> mine, IReadOnlyList<MergePart> theirs)
        {
            var (b, m, t) = (before.ToDictionary(p => p.Key), mine.ToDictionary(p => p.Key), theirs.ToDictionary(p => p.Key));
            var kids = new Dictionary<string, Kid>();
            foreach (var key in m.Keys.Concat(t.Keys.Where(k => !m.ContainsKey(k))))
            {
                if (One(path.Length == 0 ? key : $"{path}.{key}", b.GetValueOrDefault(key), m.GetValueOrDefault(key), t.GetValueOrDefault(key)) is { } kid)
                    kids[key] = kid;
            }
            return [.. Order([.. b.Keys], [.. m.Keys], [.. t.Keys], kids.ContainsKey).Select(k => kids[k])];
        }

        /// <summary>One key or task; null where it is gone.</summary>
        private Kid? One(string path, MergePart? b, MergePart? m, MergePart? t)
        {
            if (m?.Text == t?.Text || t?.Text == b?.Text)
                return Kid.Of(m);
            if (m?.Text == b?.Text)
                return Kid.Of(t);
            if (IsSet(path) && (m ?? t) is { } set)
                return Set(set, MergePart.Texts(b), MergePart.Texts(m), MergePart.Texts(t));
            if (b is not null && m is not null && t is not null && Deeper(path, b, m, t) is { } merged)
                return merged;
            if (Says(m, t))
                return Kid.Of(m);
            // One side wrote it otherwise, and the other changed what it says.
            if (Says(m, b))
                return Rewritten(m, t);
            if (Says(t, b))
                return Rewritten(t, m);
            Clashes.Add(new MergeClash(path, b?.ValueText, m?.ValueText, t?.ValueText));
            return Kid.Of(takeTheirs.Contains(path) ? t : m);
        }

        /// <summary>As one side wrote it, with what the other says.</summary>
        private static Kid? Rewritten(MergePart? written, MergePart? said) => written is not null && said is not null && written.Takes(said) ? new Kid(written.Key, written.With(said.ValueText), said.Json, written.IsInFlow) : Kid.Of(said);

        private Kid? Deeper(string path, MergePart b, MergePart m, MergePart t)
        {
            var isList = path == "tasks";
            if (b.Kids(isList) is not { } before || m.Kids(isList) is not { } mine || t.Kids(isList) is not { } theirs || mine.Count + theirs.Count == 0)
                return null;
            // Written in lines where one side has it in lines.
            var frame = mine.Count == 0 || (m.IsFlow && !t.IsFlow && theirs.Count > 0) ? t : m;
            var kids = Level(path, before, mine, theirs);
            JsonNode json = isList ? new JsonArray([.. kids.Select(k => k.Json?.DeepClone())]) : Map(kids);
            if (kids.Count == 0)
                return new Kid(m.Key, frame.Emptied(isList), json, m.IsInFlow);
            var head = b.IsFlow == frame.IsFlow && m.IsFlow == frame.IsFlow && t.IsFlow == frame.IsFlow && before.Count > 0 && mine.Count > 0 && theirs.Count > 0 ? Either(b.Head, m.Head, t.Head) : frame.Head;
            return new Kid(m.Key, frame.Around(head, kids.Select(k => frame.IsFlow ? k.Text : k.AsBlock)), json, frame.IsInFlow);
        }

        /// <summary>A list whose order says nothing: what either side added is in it, what either side took away is not.</summary>
        private static Kid? Set(MergePart frame, IReadOnlyList<string> before, IReadOnlyList<string> mine, IReadOnlyList<string> theirs)
        {
            var both = mine.Where(v => theirs.Contains(v) || !before.Contains(v)).Concat(theirs.Where(v => !mine.Contains(v) && !before.Contains(v))).ToList();
            var json = new JsonArray([.. both.Select(v => JsonValue.Create(v))]);
            return both.Count == 0 ? null : new Kid(frame.Key, frame.With(YamlText.Flow(json)), json, frame.IsInFlow);
        }

        private static bool IsSet(string path) => path == "tags" || (path.StartsWith("tasks.", StringComparison.Ordinal) && path.EndsWith(".after", StringComparison.Ordinal) && path.Count(c => c == '.') == 2);

        private static bool Says(MergePart? a, MergePart? b) => a is null == b is null && (a is null || JsonNode.DeepEquals(a.Json, b!.Json));

        private static string Either(string before, string mine, string theirs) => mine == before ? theirs : mine;

        private static JsonObject Map(IEnumerable<Kid> kids)
        {
            var map = new JsonObject();
            foreach (var kid in kids)
                map[kid.Key] = kid.Json?.DeepClone();
            return map;
        }

        /// <summary>Mine, unless only theirs is in another order; what the other side added stands behind what it stood behind there.</summary>
        private static List<string> Order(IReadOnlyList<string> before, IReadOnlyList<string> mine, IReadOnlyList<string> theirs, Func<string, bool> isKept)
        {
            bool IsMoved(IReadOnlyList<string> now) => !before.Where(now.Contains).SequenceEqual(now.Where(before.Contains));
            var (first, second) = IsMoved(theirs) && !IsMoved(mine) ? (theirs, mine) : (mine, theirs);
            var order = first.Where(isKept).ToList();
            for (var i = 0; i < second.Count; i++)
            {
                if (!isKept(second[i]) || order.Contains(second[i]))
                    continue;
                var behind = second.Take(i).LastOrDefault(order.Contains);
                order.Insert(behind is null ? 0 : order.IndexOf(behind) + 1, second[i]);
            }
            return order;
        }
    }

    private sealed record Kid(string Key, string Text, JsonNode? Json, bool IsInFlow)
    {
        public string AsBlock => IsInFlow ? Text + "\n" : Text;

        public static Kid? Of(MergePart? part) => part is null ? null : new Kid(part.Key, part.Text, part.Json, part.IsInFlow);
    }
}

/// <summary>Two changes brought together.</summary>
/// <param name="Text">The text with both.</param>
/// <param name="Clashes">Where both sides changed the same, in the order of the text; empty where nothing touched.</param>
public sealed record WorkflowMerged(string Text, IReadOnlyList<MergeClash> Clashes);

/// <summary>A key or task that both sides changed, each otherwise.</summary>
/// <param name="Path">Such as <c>title</c>, <c>tasks.load</c> or <c>tasks.load.with.path</c>.</param>
/// <param name="From">What stood there; null where there was nothing.</param>
/// <param name="Mine">What one side made of it; null where that side took it away.</param>
/// <param name="Theirs">What the other side made of it; null where that side took it away.</param>
public sealed record MergeClash(string Path, string? From, string? Mine, string? Theirs);
