/** Which dialog is open: palette, keys or, on a phone, the pages. */
import { create } from 'zustand';

export type Overlay = 'palette' | 'keys' | 'pages';
export const useOverlay = create<{ open: Overlay | undefined }>(() => ({ open: undefined }));
export const openOverlay = (open: Overlay | undefined) => useOverlay.setState({ open });
