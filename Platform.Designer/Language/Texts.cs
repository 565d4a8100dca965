namespace Platform.Designer.Language;

/// <summary>The texts of all pages: <c>Texts.resx</c> in English, <c>Texts.zh-Hans.resx</c> in Chinese.</summary>
internal sealed class Texts;
