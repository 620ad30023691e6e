import { Popover } from 'radix-ui';
import { type ReactNode, useEffect, useRef } from 'react';
import { classes } from './classes.js';

interface FloatingProps {
  trigger: ReactNode;
  children: ReactNode;
  label: string;
  align?: 'start' | 'center' | 'end';
  className?: string;
}

/** A small panel behind a button. Not modal: the page behind it stays alive. */
export function Floating({ trigger, children, label, align = 'start', className }: FloatingProps) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className={classes(
            'z-50 max-h-(--radix-popover-content-available-height) overflow-y-auto rounded-lg border border-line bg-surface p-3 shadow-(--shadow)',
            className,
          )}
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface ModalProps {
  open: boolean;
  onClose: () => void;
  label: string;
  children: ReactNode;
  className?: string;
}

/** The browser's own dialog: it traps focus and closes with Escape without a line of ours. */
export function Modal({ open, onClose, label, children, className }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (open && !element?.open) element?.showModal();
    if (!open && element?.open) element.close();
  }, [open]);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- a click on the backdrop; Escape does the same
    <dialog
      ref={dialog}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className={classes(
        'rounded-lg border border-line bg-surface p-0 text-ink outline-none shadow-(--shadow) backdrop:bg-black/40',
        className,
      )}
    >
      {open && children}
    </dialog>
  );
}
