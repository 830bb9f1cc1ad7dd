namespace Ontmoetingsplein.Storage;
