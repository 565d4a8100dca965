using System.Runtime.Intrinsics;

namespace Platform.Inventory.Personal;

/// <summary>
/// Finds names, places, organisations, addresses and what only its words tell in text of an alphabet. Of each word the scores that it gives to itself and to its neighbours
/// are kept, since few words make most of a text.
/// </summary>
internal sealed class EnglishTagger
{
    private const int MostWords = 20_000;
    private const int Reach = 2;
    private const int Around = 3;
    private static readonly Lazy<EnglishTagger> Shipped = new(() => new EnglishTagger(TaggerResources.Read("personal-en.bin")));

    [ThreadStatic]
    private static Work? _work;

    private readonly LinearTagger _tagger;
    private readonly uint[] _words;
    private readonly byte[] _wordKinds;
    private readonly PersonalKind?[] _labels;

    public EnglishTagger(TaggerFile file)
    {
        _tagger = new LinearTagger(file);
        (_words, _wordKinds) = (file.Words, file.WordKinds);
        _labels = [.. file.Labels.Select(label => label == "O" ? (PersonalKind?)null : TaggerResources.KindOf(label))];
    }

    public static EnglishTagger Instance => Shipped.Value;

    /// <summary>Adds what the tagger finds.</summary>
    /// <param name="text">The text.</param>
    /// <param name="rules">What the rules found in it.</param>
    /// <param name="hits">Receives the spans; may be the same list.</param>
    /// <param name="least">The confidence that is asked for; below a half finds more.</param>
    public void Find(ReadOnlySpan<char> text, List<PersonalSpan> rules, List<PersonalSpan> hits, double least)
    {
        var work = _work?.Owner == this ? _work : _work = new Work(this);
        work.Tokens.Clear();
        WordTokens.Split(text, work.Tokens);
        var count = work.Tokens.Count;
        if (count == 0)
            return;
        work.Reserve(count, _tagger.Stride);
        var tokens = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(work.Tokens);
        for (var at = 0; at < count; at++)
            work.Words[at] = work.Word(text.Slice(tokens[at].Start, tokens[at].Length));
        Lines(tokens, work.Lines);
        Rules(tokens, rules, work.Rules.AsSpan(0, count));
        work.Labels.AsSpan(0, count).Clear();
        var bias = TaggerResources.Bias(_tagger, least);
        for (var at = 0; at < count;)
        {
            var first = NextOfInterest(work, tokens, at);
            if (first == count)
                break;
            var end = first;
            for (var next = first; next < count && next - end <= 2 * Around; next = NextOfInterest(work, tokens, next + 1))
                end = next;
            var from = Math.Max(at, first - Around);
            at = Math.Min(count, end + 1 + Around);
            Score(work, tokens, from, at);
            _tagger.Decode(work.Scores.AsSpan(0, (at - from) * _tagger.Stride), work.Labels.AsSpan(from, at - from), work.Margins.AsSpan(from), bias, begins: from == 0);
        }

        Spans(text, tokens, work, hits, least);
    }

    /// <summary>Where the line of each token begins.</summary>
    public static void Lines(ReadOnlySpan<Token> tokens, Span<int> lines)
    {
        var line = 0;
        for (var at = 0; at < tokens.Length; at++)
            lines[at] = tokens[at].Before >= Gap.Line ? line = at : line;
    }

    /// <summary>What the rules say of each token.</summary>
    public static void Rules(ReadOnlySpan<Token> tokens, List<PersonalSpan> rules, Span<byte> kinds)
    {
        kinds.Clear();
        foreach (var rule in rules)
        {
            for (var at = 0; at < tokens.Length; at++)
            {
                if (tokens[at].Start < rule.End && tokens[at].End > rule.Start)
                    kinds[at] = (byte)(rule.Kind + 1);
            }
        }
    }

    /// <summary>What a word is known to be.</summary>
    public WordKinds KindsOf(ReadOnlySpan<char> word) => Array.BinarySearch(_words, FeatureHash.Lower(word)) is var at && at >= 0 ? (WordKinds)_wordKinds[at] : WordKinds.None;

    // Most words of most texts are common ones among their like, which name nothing: only what lies around others is scored.
    private static int NextOfInterest(Work work, ReadOnlySpan<Token> tokens, int at)
    {
        for (; at < tokens.Length; at++)
        {
            var word = work.Words[at];
            if (work.Rules[at] != 0)
                return at;
            if (word.IsSign)
                continue;
            if ((word.Kinds & WordKinds.Common) == 0)
                return at;
            // A capital begins a sentence, or a name.
            if (word.IsCapital && (word.Kinds != WordKinds.Common || at > 0 && tokens[at].Before < Gap.Line && !work.Words[at - 1].IsSign))
                return at;
        }

        return at;
    }

    private void Score(Work work, ReadOnlySpan<Token> tokens, int from, int to)
    {
        var words = work.Words.AsSpan(0, tokens.Length);
        var stride = _tagger.Stride;
        Span<uint> features = stackalloc uint[WordFeatures.MostOfPlace];
        for (var at = from; at < to; at++)
        {
            var scores = work.Scores.AsSpan((at - from) * stride, stride);
            scores.Clear();
            for (var offset = -Reach; offset <= Reach; offset++)
            {
                var other = at + offset;
                if (other < 0 || other >= words.Length)
                    continue;
                var own = words[other].Scores.AsSpan((offset + Reach) * stride, stride);
                for (var lane = 0; lane < stride; lane += 8)
                    (Vector128.Create<short>(scores[lane..]) + Vector128.Create<short>(own[lane..])).CopyTo(scores[lane..]);
            }

            var count = WordFeatures.OfPlace(words, tokens, work.Rules.AsSpan(0, tokens.Length), work.Lines, at, features);
            _tagger.Add(features[..count], scores);
        }
    }

    private void Spans(ReadOnlySpan<char> text, ReadOnlySpan<Token> tokens, Work work, List<PersonalSpan> hits, double least)
    {
        for (var at = 0; at < tokens.Length;)
        {
            if (_labels[work.Labels[at]] is not { } kind)
            {
                at++;
                continue;
            }

            var first = at++;
            while (at < tokens.Length && _labels[work.Labels[at]] == kind && (tokens[at].Before < Gap.Paragraph))
                at++;
            var last = at - 1;
            // Names are written large: a common word in small letters at an end has come along from the sentence.
            var large = kind is PersonalKind.PersonName or PersonalKind.Place or PersonalKind.Organization;
            while (last > first && (work.Words[last].IsSign || large && IsSmall(work.Words[last])))
                last--;
            while (first < last && (work.Words[first].IsSign || large && IsSmall(work.Words[first])))
                first++;
            if (work.Words[first].IsSign)
                continue;
            if (large && Break(work, first, last) is var broken && broken >= 0)
            {
                at = broken + 1;
                last = broken;
                while (last > first && (work.Words[last].IsSign || IsSmall(work.Words[last])))
                    last--;
            }

            if (kind == PersonalKind.PersonName && !NameSupport.Holds(text, tokens, work.Words.AsSpan(0, tokens.Length), first, last))
                continue;

            var margin = short.MaxValue;
            for (var place = first; place <= last; place++)
                margin = Math.Min(margin, work.Margins[place]);
            int start = tokens[first].Start, end = tokens[last].End;
            if (kind == PersonalKind.Date && NumberForms.IsBirth(text, start, end))
                kind = PersonalKind.DateOfBirth;
            hits.Add(new PersonalSpan(kind, start, end - start, TaggerResources.Confidence(_tagger, margin, least), "tagger-en-1"));
        }
    }

    private static bool IsSmall(WordInfo word) => !word.IsCapital && (word.Kinds & WordKinds.Common) != 0;

    // Two small words side by side are no part of a name ("Amazon arrived in Berlin"): the place before them, or -1.
    private static int Break(Work work, int first, int last)
    {
        for (var at = first + 1; at + 1 < last; at++)
        {
            if (IsSmall(work.Words[at]) && IsSmall(work.Words[at + 1]))
                return at - 1;
        }

        return -1;
    }

    /// <summary>A thread's room to work in.</summary>
    private sealed class Work(EnglishTagger owner)
    {
        private readonly Dictionary<string, WordInfo> _known = new(StringComparer.Ordinal);

        public EnglishTagger Owner => owner;

        public List<Token> Tokens { get; } = [];

        public WordInfo[] Words { get; private set; } = [];

        public int[] Lines { get; private set; } = [];

        public byte[] Rules { get; private set; } = [];

        public short[] Scores { get; private set; } = [];

        public byte[] Labels { get; private set; } = [];

        public short[] Margins { get; private set; } = [];

        public void Reserve(int count, int stride)
        {
            if (Words.Length >= count)
                return;
            count = Math.Max(256, count * 2);
            (Words, Lines, Rules, Scores, Labels, Margins) = (new WordInfo[count], new int[count], new byte[count], new short[count * stride], new byte[count], new short[count]);
        }

        public WordInfo Word(ReadOnlySpan<char> word)
        {
            var known = _known.GetAlternateLookup<ReadOnlySpan<char>>();
            if (known.TryGetValue(word, out var info))
                return info;
            // Words that come once fill the room sooner or later: begin again.
            if (_known.Count >= MostWords)
                _known.Clear();
            info = new WordInfo(word, owner.KindsOf(word)) { Scores = new short[((2 * Reach) + 1) * owner._tagger.Stride] };
            Span<uint> features = stackalloc uint[WordFeatures.MostOfWord];
            for (var offset = -Reach; offset <= Reach; offset++)
            {
                var count = WordFeatures.OfWord(info, offset, features);
                owner._tagger.Add(features[..count], info.Scores.AsSpan((offset + Reach) * owner._tagger.Stride, owner._tagger.Stride));
            }

            return known[word] = info;
        }
    }
}
