namespace Ontmoetingsplein.Forum.Settings;

/// <summary>Who keeps a plein; it decides words such as those of the home page's heading.</summary>
public enum PleinKind
{
    Municipality,
    Housing,
    Neighbourhood,
}
