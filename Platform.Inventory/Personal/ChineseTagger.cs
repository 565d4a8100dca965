namespace Platform.Inventory.Personal;

/// <summary>Finds names, places and organisations in Chinese text, character by character.</summary>
internal sealed class ChineseTagger
{
    private static readonly Lazy<ChineseTagger> Shipped = new(() => new ChineseTagger(new LinearTagger(TaggerResources.Read("personal-zh.bin"))));
    private readonly LinearTagger _tagger;
    private readonly (PersonalKind Kind, bool Begins)?[] _labels;

    public ChineseTagger(LinearTagger tagger)
    {
        _tagger = tagger;
        _labels = [.. tagger.Labels.Select(label => label == "O" ? ((PersonalKind, bool)?)null : (TaggerResources.KindOf(label[2..]), label[0] == 'B'))];
    }

    public static ChineseTagger Instance => Shipped.Value;

    public void Find(ReadOnlySpan<char> text, List<PersonalSpan> hits, double lean)
    {
        var normal = new char[text.Length];
        for (var i = 0; i < text.Length; i++)
            normal[i] = CharFeatures.Normal(text[i]);
        var scores = new short[text.Length * _tagger.Stride];
        Span<uint> features = stackalloc uint[CharFeatures.Most];
        for (var at = 0; at < text.Length; at++)
        {
            var count = CharFeatures.OfPlace(normal, at, features);
            _tagger.Add(features[..count], scores.AsSpan(at * _tagger.Stride, _tagger.Stride));
        }

        var labels = new byte[text.Length];
        var margins = new short[text.Length];
        _tagger.Decode(scores, labels, margins, TaggerResources.Bias(_tagger, lean));
        for (var at = 0; at < text.Length;)
        {
            if (_labels[labels[at]] is not { } label)
            {
                at++;
                continue;
            }

            var start = at++;
            var margin = margins[start];
            while (at < text.Length && _labels[labels[at]] is { Begins: false } more && more.Kind == label.Kind)
                margin = Math.Min(margin, margins[at++]);
            var confidence = TaggerResources.Confidence(_tagger, margin, lean);
            if (label.Kind != PersonalKind.PersonName || ChineseNames.Holds(text, start, at, confidence))
                hits.Add(new PersonalSpan(label.Kind, start, at - start, confidence, "tagger-zh-1"));
        }
    }
}
