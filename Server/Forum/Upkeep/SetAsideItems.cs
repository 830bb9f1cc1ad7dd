using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.SetAside;

namespace Ontmoetingsplein.Forum.Upkeep;

/// <summary>What becomes of mail and activities that were set aside.</summary>
internal static class SetAsideItems
{
    private const int SweepSize = 200;

    /// <summary>Tries one again, as if it were new.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Its number in the list.</param>
    /// <returns>False when it is not there any more, or worth nothing now: then nothing is done.</returns>
    public static bool TryAgain(Writing writing, long id)
    {
        if (SetAsideStore.Find(writing, id) is not { } item || !item.MayBeTried(writing.Now))
        {
            return false;
        }

        SetAsideStore.Remove(writing, id);
        if (item.Kind == SetAsideKind.Mail)
        {
            MailStore.TryAgain(writing, item.ItemId);
        }
        else
        {
            InboxStore.TryAgain(writing, item.ItemId);
        }

        return true;
    }

    /// <summary>Drops one for good.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Its number in the list.</param>
    /// <returns>False when it is not there any more.</returns>
    public static bool Drop(Writing writing, long id)
    {
        if (SetAsideStore.Find(writing, id) is not { } item)
        {
            return false;
        }

        SetAsideStore.Remove(writing, id);
        if (item.Kind == SetAsideKind.Mail)
        {
            MailStore.Complete(writing, item.ItemId);
        }
        else
        {
            InboxStore.Drop(writing, item.ItemId);
        }

        return true;
    }

    /// <summary>Drops what nobody looked at for thirty days, a part at a time.</summary>
    /// <param name="writing">The change.</param>
    /// <returns>How many; call again, in another change, until it is 0.</returns>
    public static int Sweep(Writing writing) =>
        SetAsideStore.ListOld(writing, SweepSize).Count(id => Drop(writing, id));
}
