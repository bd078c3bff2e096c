// What a server sends in the mode "source": the client knows it too.
export const sourcePattern = Uint8Array.from({ length: 64 * 1024 }, (_, place) => place * 31 + (place >> 8));
